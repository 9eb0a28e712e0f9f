import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Typography from "@mui/material/Typography";
import { Plus } from "lucide-react";
import { useId, useState } from "react";
import type { WorkflowField } from "@/api/types";
import { Dialog } from "@/ui/overlays";
import { TextField } from "@/ui/text-field";
import { TYPE_NAMES } from "./field-types";

interface AddFieldProps {
  readonly fields: readonly WorkflowField[];
  readonly titles: Readonly<Record<string, string>>;
  readonly onAdd: (field: WorkflowField) => void;
}

const SHOWN = 200;

/** A button that adds a field for an input of the graph. */
export function AddField({ fields, titles, onAdd }: AddFieldProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Box>
      <Button
        variant="outlined"
        startIcon={<Plus size={17} aria-hidden />}
        disabled={fields.length === 0}
        onClick={() => setIsOpen(true)}
      >
        Add field
      </Button>
      {isOpen ? (
        <AddFieldDialog
          fields={fields}
          titles={titles}
          onClose={() => setIsOpen(false)}
          onAdd={(field) => {
            setIsOpen(false);
            onAdd(field);
          }}
        />
      ) : null}
    </Box>
  );
}

function AddFieldDialog(props: AddFieldProps & { readonly onClose: () => void }) {
  const { fields, titles, onAdd, onClose } = props;
  const titleId = useId();
  const [words, setWords] = useState("");
  const nodeOf = (field: WorkflowField) => titles[field.node_id] ?? `Node ${field.node_id}`;
  const found = fields.filter((field) =>
    `${field.label} ${field.input} ${nodeOf(field)}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>Add a field</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1, pt: "8px !important" }}>
        <TextField
          label="Search inputs"
          size="small"
          autoFocus
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        {found.length === 0 ? (
          <Typography sx={{ color: "text.secondary", py: 2 }}>No input matches.</Typography>
        ) : (
          <List aria-label="Inputs" sx={{ minHeight: 200 }}>
            {found.slice(0, SHOWN).map((field) => (
              <li key={`${field.node_id} ${field.input}`}>
                <ListItemButton onClick={() => onAdd(field)}>
                  <ListItemText
                    primary={field.label}
                    secondary={`${TYPE_NAMES[field.type]} · ${field.input} of ${nodeOf(field)}`}
                  />
                </ListItemButton>
              </li>
            ))}
          </List>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  );
}
