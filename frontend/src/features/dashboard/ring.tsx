import Box from "@mui/material/Box";

const RADIUS = 26;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** A share of 0..1 as part of a circle; null shows an empty circle. */
export function Ring({ share }: { readonly share: number | null }) {
  return (
    <Box component="svg" viewBox="0 0 64 64" aria-hidden sx={{ width: 52, height: 52, flex: "none" }}>
      <Box
        component="circle"
        cx="32"
        cy="32"
        r={RADIUS}
        fill="none"
        strokeWidth="8"
        sx={{ stroke: "var(--mui-palette-divider)" }}
      />
      {share === null ? null : (
        <Box
          component="circle"
          cx="32"
          cy="32"
          r={RADIUS}
          fill="none"
          strokeWidth="8"
          strokeLinecap="round"
          strokeDasharray={`${CIRCUMFERENCE * share} ${CIRCUMFERENCE}`}
          transform="rotate(-90 32 32)"
          sx={{ stroke: "var(--mui-palette-success-main)", transition: "stroke-dasharray 400ms" }}
        />
      )}
    </Box>
  );
}
