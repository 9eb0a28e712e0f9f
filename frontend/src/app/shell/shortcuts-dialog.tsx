import Box from "@mui/material/Box";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { X } from "lucide-react";
import { groupBy } from "@/lib/group-by";
import { type Shortcut, useShortcutList } from "@/lib/shortcuts";
import { Keys } from "@/ui/kbd";
import { Dialog } from "@/ui/overlays";

interface ShortcutsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Lists the keyboard shortcuts of the current page. */
export function ShortcutsDialog({ open, onClose }: ShortcutsDialogProps) {
  const groups = groupBy(useShortcutList(), (shortcut) => shortcut.group);
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="shortcuts-title" maxWidth="sm" fullWidth>
      <DialogTitle id="shortcuts-title" sx={{ display: "flex", alignItems: "center" }}>
        <Box component="span" sx={{ flex: 1 }}>
          Keyboard shortcuts
        </Box>
        <IconButton aria-label="Close" onClick={onClose} edge="end">
          <X size={20} aria-hidden />
        </IconButton>
      </DialogTitle>
      <DialogContent>
        <Box sx={{ columnCount: { sm: 2 }, columnGap: 5 }}>
          {[...groups].map(([group, shortcuts]) => (
            <Group key={group} name={group} shortcuts={shortcuts} />
          ))}
        </Box>
      </DialogContent>
    </Dialog>
  );
}

function Group({ name, shortcuts }: { readonly name: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <Box sx={{ breakInside: "avoid", pb: 3 }}>
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary" }}>
        {name}
      </Typography>
      <Box component="dl" sx={{ m: 0, mt: 0.5, display: "grid", gap: 1 }}>
        {shortcuts.map(({ keys, label }) => (
          <Box key={keys} sx={{ display: "flex", justifyContent: "space-between", gap: 2 }}>
            <dt>{label}</dt>
            <Box component="dd" sx={{ m: 0 }}>
              <Keys keys={keys} />
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
