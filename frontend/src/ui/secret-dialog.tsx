import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { Dialog } from "@/ui/overlays";
import { CopyButton } from "./copy-button";

interface SecretDialogProps {
  readonly secret: string;
  readonly copyLabel: string;
  readonly explanation: string;
  readonly onClose: () => void;
}

/** Shows a secret that cannot be shown again. Only its button closes it, so that a stray click does not. */
export function SecretDialog({ secret, copyLabel, explanation, onClose }: SecretDialogProps) {
  const titleId = useId();
  return (
    <Dialog open aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>Copy it now</DialogTitle>
      <DialogContent>
        <Typography sx={{ color: "text.secondary", mb: 2 }}>{explanation}</Typography>
        <Box
          sx={{
            display: "flex",
            alignItems: "center",
            gap: 1,
            p: 1.5,
            borderRadius: "10px",
            bgcolor: "action.hover",
          }}
        >
          <Typography component="code" sx={{ flex: 1, fontFamily: "monospace", overflowWrap: "anywhere" }}>
            {secret}
          </Typography>
          <CopyButton text={secret} label={copyLabel} />
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button variant="contained" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
