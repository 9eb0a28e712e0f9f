/** Styles of the editor in the window of a phone on its side: controls above the image would leave little of it. */
export const LOW_WINDOW = {
  "@media (max-height: 500px)": {
    flexDirection: "row",
    "& > .controls": { flex: "none", width: 320, overflowY: "auto" },
  },
} as const;
