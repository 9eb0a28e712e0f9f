import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Minus, Pencil, Plus } from "lucide-react";
import type { ReactNode } from "react";
import type { WorkflowDifference } from "@/api/types";
import { propertyName, valueText } from "./values";

type Change = WorkflowDifference["graph"]["changed"][number]["changes"][number];

/** What was added, removed and changed, in the form and in the graph. */
export function DifferenceView({ difference }: { readonly difference: WorkflowDifference }) {
  const { form, graph } = difference;
  const isFormSame =
    form.added.length + form.removed.length + form.changed.length === 0 && !form.is_reordered;
  const isGraphSame = graph.added.length + graph.removed.length + graph.changed.length === 0;
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Part title="Form" isSame={isFormSame} same="The form is the same.">
        {form.is_reordered ? <Entry kind="changed" title="Fields stand in another order" /> : null}
        {form.added.map(({ key, label }) => (
          <Entry key={key} kind="added" title={label} />
        ))}
        {form.removed.map(({ key, label }) => (
          <Entry key={key} kind="removed" title={label} />
        ))}
        {form.changed.map(({ key, label, changes }) => (
          <Entry key={key} kind="changed" title={label} changes={changes} nameOf={propertyName} />
        ))}
      </Part>
      <Part title="Graph" isSame={isGraphSame} same="The graph is the same.">
        {graph.added.map((node) => (
          <Entry key={node.node_id} kind="added" title={node.title} detail={detailOf(node)} />
        ))}
        {graph.removed.map((node) => (
          <Entry key={node.node_id} kind="removed" title={node.title} detail={detailOf(node)} />
        ))}
        {graph.changed.map(({ node, changes }) => (
          <Entry
            key={node.node_id}
            kind="changed"
            title={node.title}
            detail={detailOf(node)}
            changes={changes}
            nameOf={(name) => name}
          />
        ))}
      </Part>
    </Box>
  );
}

const detailOf = ({ node_id, class_type, title }: WorkflowDifference["graph"]["added"][number]): string =>
  title === class_type ? `node ${node_id}` : `${class_type}, node ${node_id}`;

interface PartProps {
  readonly title: string;
  readonly isSame: boolean;
  readonly same: string;
  readonly children: ReactNode;
}

function Part({ title, isSame, same, children }: PartProps) {
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary" }}>
        {title}
      </Typography>
      {isSame ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {same}
        </Typography>
      ) : (
        <Box component="ul" sx={{ m: 0, mt: 0.5, p: 0, listStyle: "none", display: "grid", gap: 1.25 }}>
          {children}
        </Box>
      )}
    </Box>
  );
}

const KINDS = {
  added: { icon: Plus, color: "success.main", word: "Added" },
  removed: { icon: Minus, color: "error.main", word: "Removed" },
  changed: { icon: Pencil, color: "warning.main", word: "Changed" },
} as const;

interface EntryProps {
  readonly kind: keyof typeof KINDS;
  readonly title: string;
  readonly detail?: string;
  readonly changes?: readonly Change[];
  readonly nameOf?: (name: string) => string;
}

function Entry({ kind, title, detail, changes = [], nameOf = (name) => name }: EntryProps) {
  const { icon: Icon, color, word } = KINDS[kind];
  return (
    <Box component="li" sx={{ display: "flex", gap: 1.25, minWidth: 0 }}>
      <Box role="img" aria-label={word} sx={{ color, display: "flex", pt: "3px", flex: "none" }}>
        <Icon size={17} aria-hidden />
      </Box>
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Typography component="span" sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
          {title}
        </Typography>
        {detail === undefined ? null : (
          <Typography component="span" variant="body2" sx={{ color: "text.secondary", ml: 1 }}>
            {detail}
          </Typography>
        )}
        {changes.map((change) => (
          <ChangedValue key={change.name} name={nameOf(change.name)} change={change} />
        ))}
      </Box>
    </Box>
  );
}

function ChangedValue({ name, change }: { readonly name: string; readonly change: Change }) {
  return (
    <Typography variant="body2" sx={{ mt: 0.25, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
      <Box component="span" sx={{ color: "text.secondary" }}>{`${name}: `}</Box>
      {change.kind === "added" ? null : (
        <Box component="del" sx={{ color: "error.main" }}>
          {valueText(change.before)}
        </Box>
      )}
      {change.kind === "changed" ? " → " : null}
      {change.kind === "removed" ? null : (
        <Box component="ins" sx={{ color: "success.main", textDecoration: "none" }}>
          {valueText(change.after)}
        </Box>
      )}
    </Typography>
  );
}
