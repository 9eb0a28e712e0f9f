import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Shown in place of an empty list: what is missing and what to do about it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <Box sx={{ display: "grid", justifyItems: "center", textAlign: "center", px: 2, py: { xs: 6, md: 9 } }}>
      <Box
        sx={{
          display: "grid",
          placeItems: "center",
          width: 64,
          height: 64,
          mb: 2,
          borderRadius: "20px",
          color: "primary.main",
          bgcolor: "action.selected",
        }}
      >
        <Icon size={28} strokeWidth={1.75} aria-hidden />
      </Box>
      <Typography variant="h2">{title}</Typography>
      {children ? (
        <Typography sx={{ mt: 1, maxWidth: 420, color: "text.secondary" }}>{children}</Typography>
      ) : null}
      {action ? <Box sx={{ mt: 2.5 }}>{action}</Box> : null}
    </Box>
  );
}
