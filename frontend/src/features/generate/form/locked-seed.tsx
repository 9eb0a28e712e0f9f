import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Lock } from "lucide-react";

interface LockedSeedProps {
  readonly seed: number;
  readonly onUnlock: () => void;
}

/** Says that submissions use a fixed seed, as after reusing settings; its field may be collapsed. */
export function LockedSeed({ seed, onUnlock }: LockedSeedProps) {
  return (
    <Box sx={{ width: "100%", display: "flex", alignItems: "center", gap: 1, bgcolor: "background.default" }}>
      <Lock size={16} aria-hidden />
      <Box component="span" sx={{ flex: 1 }}>{`Seed ${seed} is locked.`}</Box>
      <Button size="small" onClick={onUnlock}>
        Use a random seed
      </Button>
    </Box>
  );
}
