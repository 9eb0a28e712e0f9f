import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { type ReactNode, useEffect } from "react";

interface AuthLayoutProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** Layout of the login and registration pages. */
export function AuthLayout({ title, children }: AuthLayoutProps) {
  useEffect(() => {
    document.title = `${title} · Genonaut`;
  }, [title]);
  return (
    <Box component="main" sx={{ minHeight: "100dvh", display: "grid", placeItems: "center", p: 2 }}>
      <Card sx={{ width: "100%", maxWidth: 400, p: { xs: 3, sm: 4 } }}>
        <Typography variant="body2" sx={{ color: "primary.main", fontWeight: 700, mb: 0.5 }}>
          Genonaut
        </Typography>
        <Typography variant="h1" sx={{ mb: 3 }}>
          {title}
        </Typography>
        {children}
      </Card>
    </Box>
  );
}
