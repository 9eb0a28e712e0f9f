import Alert from "@mui/material/Alert";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";

interface MismatchNoticeProps {
  readonly isAllowed: boolean;
  readonly onChange: (isAllowed: boolean) => void;
}

/** Says that a LoRA was made for other models, and lets one insist. */
export function MismatchNotice({ isAllowed, onChange }: MismatchNoticeProps) {
  return (
    <Alert severity="warning" variant="outlined">
      A LoRA here was made for another family of models and will do nothing good.
      <FormControlLabel
        sx={{ display: "flex", mt: 0.5 }}
        label="Use it anyway"
        control={<Switch size="small" checked={isAllowed} onChange={(_event, next) => onChange(next)} />}
      />
    </Alert>
  );
}
