import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import type { WorkflowAnalysis } from "@/api/types";
import { formatCount } from "@/lib/format";
import { kindOf } from "../library/kinds";

const FORMATS: Readonly<Record<WorkflowAnalysis["format"], string>> = {
  api: "API graph",
  ui: "File of ComfyUI's editor",
  app: "App of ComfyUI's editor",
  prompt: "Body of a prompt",
  output: "Graph and editor file",
  file: "Embedded in a file",
};

/** Format, size and results of a workflow. */
export function AnalysisSummary({ analysis }: { readonly analysis: WorkflowAnalysis }) {
  const { format, graph, form, outputs } = analysis;
  const kinds = [...new Set(outputs.map(({ kind }) => kind))];
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      <Chip label={FORMATS[format]} />
      {graph === null ? null : (
        <>
          <Chip label={countOf(Object.keys(graph).length, "node", "nodes")} />
          <Chip label={countOf(form.length, "field", "fields")} />
        </>
      )}
      {kinds.map((kind) => {
        const { label, icon: Icon } = kindOf(kind);
        return (
          <Chip key={kind} icon={<Icon size={15} aria-hidden />} label={`Makes: ${label.toLowerCase()}`} />
        );
      })}
    </Box>
  );
}

const countOf = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
