import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Link } from "react-router";

/** The logo and, unless collapsed, the name. Links to the dashboard. */
export function Wordmark({ isCollapsed }: { readonly isCollapsed: boolean }) {
  return (
    <Box
      component={Link}
      to="/"
      aria-label="Genonaut, go to dashboard"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.25,
        minHeight: 44,
        color: "text.primary",
        textDecoration: "none",
      }}
    >
      <Box
        component="svg"
        viewBox="0 0 32 32"
        aria-hidden
        sx={{ width: 34, height: 34, flex: "none", color: "primary.main" }}
      >
        <circle
          cx="16"
          cy="16"
          r="11"
          fill="none"
          stroke="currentColor"
          strokeWidth="3.2"
          strokeDasharray="52 17"
          strokeLinecap="round"
          transform="rotate(-38 16 16)"
        />
        <circle cx="16" cy="16" r="3.8" fill="currentColor" />
      </Box>
      {isCollapsed ? null : (
        <Typography component="span" variant="h2" sx={{ letterSpacing: "-0.03em" }}>
          Genonaut
        </Typography>
      )}
    </Box>
  );
}
