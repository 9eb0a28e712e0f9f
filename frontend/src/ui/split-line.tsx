import Box from "@mui/material/Box";

/** The line between two images of which one lies over the other, as far from the left as ``percent`` says. */
export function SplitLine({ percent }: { readonly percent: number }) {
  return (
    <Box
      aria-hidden
      style={{ left: `${percent}%` }}
      sx={{
        position: "absolute",
        top: 0,
        bottom: 0,
        width: 3,
        ml: "-1.5px",
        bgcolor: "#fff",
        boxShadow: "0 0 6px rgba(0, 0, 0, 0.6)",
        pointerEvents: "none",
      }}
    />
  );
}
