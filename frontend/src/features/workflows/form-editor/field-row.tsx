import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { ChevronDown, Eye, EyeOff, GripVertical } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useId } from "react";
import type { FieldErrors } from "@/api/field-errors";
import { type DraftField, isFile } from "./draft";
import { FieldSettings } from "./field-settings";
import { TYPE_NAMES } from "./field-types";

export interface FieldPlace {
  readonly index: number;
  readonly count: number;
  /** Title of the node that the field sets. */
  readonly node: string;
}

interface FieldRowProps {
  readonly field: DraftField;
  readonly place: FieldPlace;
  readonly errors: FieldErrors;
  readonly isOpen: boolean;
  readonly isDragged: boolean;
  readonly onToggle: () => void;
  readonly onMove: (to: number) => void;
  readonly onGrab: (event: PointerEvent<HTMLElement>) => void;
  readonly onChange: (patch: Partial<DraftField>) => void;
  readonly onRemove: () => void;
}

/** One field: handle, name, and its settings when it is open. */
export function FieldRow(props: FieldRowProps) {
  const { field, place, errors, isOpen, isDragged, onToggle, onMove, onGrab } = props;
  const id = useId();
  const error = errors("");
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onMove(place.index + step);
  };
  return (
    <Box
      component="li"
      sx={{
        border: 1,
        borderColor: error === undefined ? (isDragged ? "primary.main" : "divider") : "error.main",
        borderRadius: "12px",
        bgcolor: "background.paper",
        boxShadow: isDragged ? 6 : 0,
        opacity: field.is_hidden ? 0.85 : 1,
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, p: 0.75 }}>
        <IconButton
          aria-label={`Move ${field.label}`}
          aria-describedby={`${id}-how`}
          onPointerDown={onGrab}
          onKeyDown={onKeyDown}
          sx={{ cursor: isDragged ? "grabbing" : "grab", touchAction: "none", color: "text.secondary" }}
        >
          <GripVertical size={18} aria-hidden />
        </IconButton>
        <Box id={`${id}-how`} component="span" hidden>
          Drag it, or press the up and down arrow keys.
        </Box>
        <Summary field={field} />
        {isFile(field) ? null : <HideButton {...props} />}
        <IconButton
          aria-label={`Settings of ${field.label}`}
          aria-expanded={isOpen}
          aria-controls={`${id}-settings`}
          onClick={onToggle}
        >
          <ChevronDown
            size={18}
            aria-hidden
            style={{ transform: isOpen ? "rotate(180deg)" : undefined, transition: "transform 150ms" }}
          />
        </IconButton>
      </Box>
      {error !== undefined && !isOpen ? (
        <Typography variant="body2" color="error" sx={{ px: 2, pb: 1.25 }}>
          {error}
        </Typography>
      ) : null}
      <Box id={`${id}-settings`} hidden={!isOpen}>
        {isOpen ? <FieldSettings {...props} /> : null}
      </Box>
    </Box>
  );
}

function Summary({ field }: { readonly field: DraftField }) {
  return (
    <Box sx={{ flex: 1, minWidth: 0, display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1 }}>
      <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{field.label}</Typography>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {TYPE_NAMES[field.type]}
        {field.group === "" ? "" : ` · ${field.group}`}
      </Typography>
      {field.required ? <Chip size="small" variant="outlined" label="Required" /> : null}
      {field.is_advanced ? <Chip size="small" variant="outlined" label="Advanced" /> : null}
      {field.is_hidden ? <Chip size="small" label="Hidden" /> : null}
    </Box>
  );
}

function HideButton({ field, onChange }: Pick<FieldRowProps, "field" | "onChange">) {
  const Icon = field.is_hidden ? EyeOff : Eye;
  return (
    <IconButton
      aria-label={`${field.is_hidden ? "Show" : "Hide"} ${field.label}`}
      onClick={() => onChange({ is_hidden: !field.is_hidden })}
    >
      <Icon size={18} aria-hidden />
    </IconButton>
  );
}
