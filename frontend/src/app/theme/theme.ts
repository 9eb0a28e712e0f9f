import { createTheme } from "@mui/material/styles";
import { components } from "./components";
import { dark, light } from "./palette";

const text = '"Figtree Variable", system-ui, sans-serif';
const display = '"Bricolage Grotesque Variable", "Figtree Variable", system-ui, sans-serif';
const heading = { fontFamily: display, fontWeight: 650, letterSpacing: "-0.02em", lineHeight: 1.15 };

/** Local storage key of the theme. public/boot.js reads it before the first paint. */
export const MODE_STORAGE_KEY = "genonaut-mode";

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "[data-theme='%s']" },
  colorSchemes: { dark: { palette: dark }, light: { palette: light } },
  shape: { borderRadius: 10 },
  typography: {
    fontFamily: text,
    h1: { ...heading, fontSize: "clamp(1.6rem, 1.2rem + 1.4vw, 2.15rem)" },
    h2: { ...heading, fontSize: "1.3rem" },
    h3: { ...heading, fontSize: "1.08rem", letterSpacing: "-0.01em" },
    subtitle2: { fontWeight: 600 },
    button: { fontWeight: 600 },
    overline: { fontWeight: 600, letterSpacing: "0.06em", lineHeight: 1.6, fontSize: "0.72rem" },
  },
  components,
});
