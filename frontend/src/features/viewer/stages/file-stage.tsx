import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { Content } from "@/api/types";
import { endingOf, kindOf } from "@/features/content";
import { formatBytes } from "@/lib/format";

/** The icon, name and size of a file that a browser does not show. */
export function FileStage({ item }: { readonly item: Content }) {
  const { icon: Icon, label } = kindOf(item.content_type);
  return (
    <Box
      sx={{
        display: "grid",
        justifyItems: "center",
        alignContent: "center",
        gap: 1,
        minHeight: { xs: 260, lg: "55dvh" },
        p: 3,
        borderRadius: "14px",
        border: 1,
        borderColor: "divider",
        bgcolor: "background.paper",
        color: "text.secondary",
        textAlign: "center",
      }}
    >
      <Icon size={64} strokeWidth={1.2} aria-hidden />
      <Typography sx={{ mt: 1, fontWeight: 600, color: "text.primary", overflowWrap: "anywhere" }}>
        {item.title}
      </Typography>
      <Typography variant="body2">
        {[label, endingOf(item), formatBytes(item.size_bytes)].join(" · ")}
      </Typography>
      <Typography variant="body2">Download it to open it.</Typography>
    </Box>
  );
}
