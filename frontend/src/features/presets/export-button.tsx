import Button from "@mui/material/Button";
import { Download } from "lucide-react";

/** Saves all own presets and styles as one file. */
export function ExportButton() {
  return (
    <Button
      color="inherit"
      component="a"
      href="/api/v1/presets/export"
      download="presets.json"
      startIcon={<Download size={16} aria-hidden />}
    >
      Export
    </Button>
  );
}
