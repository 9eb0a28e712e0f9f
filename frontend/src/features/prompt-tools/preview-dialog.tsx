import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Dices } from "lucide-react";
import { useId, useState } from "react";
import { unshownErrorOf } from "@/api/field-errors";
import { Dialog } from "@/ui/overlays";
import type { PromptState } from "./prompt-tools";
import { previewQuery } from "./queries";
import { styled } from "./styles";

interface PreviewDialogProps {
  readonly state: PromptState;
  readonly onClose: () => void;
}

/** What the prompt draws for some seeds. */
export function PreviewDialog({ state, onClose }: PreviewDialogProps) {
  const titleId = useId();
  const [seed, setSeed] = useState(1);
  const full = styled(
    state.prompt,
    state.styles.map(({ prompt }) => prompt),
  );
  const negative = styled(
    state.negativePrompt,
    state.styles.map(({ negativePrompt }) => negativePrompt),
  );
  const query = useQuery(previewQuery(full, negative, seed));
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>What would be drawn</DialogTitle>
      <DialogContent>
        {query.isError ? <Alert severity="error">{unshownErrorOf(query.error, [])}</Alert> : null}
        {query.isPending ? <Skeleton variant="rounded" height={220} aria-label="Loading" /> : null}
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gap: 1 }}>
          {query.data?.items.map((one) => (
            <Box
              component="li"
              key={one.seed}
              sx={{ p: 1.25, borderRadius: "10px", bgcolor: "action.hover", overflowWrap: "anywhere" }}
            >
              <Typography variant="caption" sx={{ color: "text.secondary" }}>
                Seed {one.seed}
              </Typography>
              <Typography dir="auto">{one.prompt}</Typography>
              {one.negative_prompt === "" ? null : (
                <Typography variant="body2" dir="auto" sx={{ color: "text.secondary" }}>
                  Negative: {one.negative_prompt}
                </Typography>
              )}
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button
          color="inherit"
          startIcon={<Dices size={16} aria-hidden />}
          onClick={() => setSeed(Math.floor(Math.random() * 1_000_000))}
        >
          Other seeds
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
