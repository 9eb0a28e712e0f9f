import Alert from "@mui/material/Alert";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";

interface MismatchNoticeProps {
  /** What does not fit. */
  readonly what?: "LoRA" | "embedding";
  readonly isAllowed: boolean;
  readonly onChange: (isAllowed: boolean) => void;
}

/** Warns that a model was made for another model family, with a switch to allow it. */
export function MismatchNotice({ what = "LoRA", isAllowed, onChange }: MismatchNoticeProps) {
  return (
    <Alert severity="warning" variant="outlined">
      A selected {what} was made for another model family and may give poor results.
      <FormControlLabel
        sx={{ display: "flex", mt: 0.5 }}
        label="Use it anyway"
        control={<Switch size="small" checked={isAllowed} onChange={(_event, next) => onChange(next)} />}
      />
    </Alert>
  );
}
