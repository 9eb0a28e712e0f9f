import Box from "@mui/material/Box";
import { NavLink, useLocation } from "react-router";
import { type Destination, isAt } from "../navigation";

/** The bottom bar on phones, with links to the most used pages. */
export function BottomNavigation({ destinations }: { readonly destinations: readonly Destination[] }) {
  const { pathname } = useLocation();
  return (
    <Box
      component="nav"
      aria-label="Quick links"
      sx={{
        display: { xs: "flex", md: "none" },
        position: "fixed",
        insetInline: 0,
        bottom: 0,
        zIndex: "appBar",
        pb: "env(safe-area-inset-bottom)",
        bgcolor: "background.paper",
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      {destinations.map((destination) => {
        const { path, label, icon: Icon } = destination;
        return (
          <Box
            key={path}
            component={NavLink}
            to={path}
            sx={{
              flex: 1,
              display: "grid",
              justifyItems: "center",
              gap: 0.25,
              py: 1,
              fontSize: "0.72rem",
              fontWeight: 600,
              textDecoration: "none",
              color: isAt(destination, pathname) ? "primary.main" : "text.secondary",
            }}
          >
            <Icon size={20} aria-hidden />
            {label}
          </Box>
        );
      })}
    </Box>
  );
}
