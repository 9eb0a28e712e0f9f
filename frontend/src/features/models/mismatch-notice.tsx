import Alert from "@mui/material/Alert";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";

interface MismatchNoticeProps {
  readonly isAllowed: boolean;
  readonly onChange: (isAllowed: boolean) => void;
}

/** Warns that a LoRA was made for another model family, with a switch to allow it. */
export function MismatchNotice({ isAllowed, onChange }: MismatchNoticeProps) {
  return (
    <Alert severity="warning" variant="outlined">
      A selected LoRA was made for another model family and may give poor results.
      <FormControlLabel
        sx={{ display: "flex", mt: 0.5 }}
        label="Use it anyway"
        control={<Switch size="small" checked={isAllowed} onChange={(_event, next) => onChange(next)} />}
      />
    </Alert>
  );
}
