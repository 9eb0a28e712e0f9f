/** The style of a cell without an image. */
export const empty = {
  width: "100%",
  display: "grid",
  alignContent: "center",
  justifyItems: "center",
  gap: 0.5,
  p: 1,
  font: "inherit",
  textAlign: "center",
  overflow: "hidden",
  borderRadius: "8px",
  border: "1px dashed",
  bgcolor: "action.hover",
} as const;
