import Box from "@mui/material/Box";

const isMac = navigator.platform.startsWith("Mac");
const NAMES: Record<string, string> = {
  mod: isMac ? "⌘" : "Ctrl",
  enter: "Enter",
  left: "←",
  right: "→",
  escape: "Esc",
};

/** The keys of a shortcut such as `mod+enter` or `g d`, as key caps. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 0.5 }}>
      {keys
        .split(/[ +]/)
        .map((key, index) => ({ key, place: `${index}-${key}` }))
        .map(({ key, place }) => (
          <Box
            component="kbd"
            key={place}
            sx={{
              px: 0.75,
              minWidth: 22,
              textAlign: "center",
              fontFamily: "inherit",
              fontSize: "0.75rem",
              lineHeight: "20px",
              color: "text.secondary",
              border: 1,
              borderColor: "divider",
              borderRadius: "6px",
              bgcolor: "action.hover",
            }}
          >
            {NAMES[key] ?? key.toUpperCase()}
          </Box>
        ))}
    </Box>
  );
}
