import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { Box as BoxIcon } from "lucide-react";
import type { Model } from "@/api/types";
import { architectureName } from "./architectures";

/** A model in a list: preview image, names and architecture. */
export function ModelOption({ model }: { readonly model: Model }) {
  const fit = model.compatibility;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, width: "100%", minWidth: 0 }}>
      <Preview model={model} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography noWrap sx={{ fontWeight: 500 }}>
          {model.display_name}
        </Typography>
        <Typography variant="caption" noWrap component="div" sx={{ color: "text.secondary" }}>
          {fit !== null && fit.fit !== "fits" ? fit.reason : model.name}
        </Typography>
      </Box>
      {model.architecture === "unknown" ? null : (
        <Chip
          size="small"
          variant="outlined"
          color={fit?.fit === "misfit" ? "error" : fit?.fit === "doubtful" ? "warning" : "default"}
          label={architectureName(model.architecture)}
        />
      )}
    </Box>
  );
}

function Preview({ model }: { readonly model: Model }) {
  const frame = {
    width: 40,
    height: 40,
    flex: "none",
    borderRadius: "8px",
    bgcolor: "action.hover",
  } as const;
  if (model.preview !== null) {
    return (
      <Box component="img" src={model.preview} alt="" loading="lazy" sx={{ ...frame, objectFit: "cover" }} />
    );
  }
  return (
    <Box sx={{ ...frame, display: "grid", placeItems: "center", color: "text.secondary" }}>
      <BoxIcon size={18} aria-hidden />
    </Box>
  );
}
