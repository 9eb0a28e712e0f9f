import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";

/** Placeholder for a page whose code is loading. */
export function PageSkeleton() {
  return (
    <Box
      sx={{ px: { xs: 2, sm: 3, lg: 4 }, pt: { xs: 2, sm: 3 } }}
      role="status"
      aria-busy="true"
      aria-label="Loading"
    >
      <Skeleton variant="text" width={220} sx={{ fontSize: "2.1rem" }} />
      <Skeleton variant="rounded" height={320} sx={{ mt: 3, borderRadius: "14px" }} />
    </Box>
  );
}
