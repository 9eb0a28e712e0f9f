/**
 * The colours. Surfaces are nearly neutral so that they do not affect how the colours of images are
 * perceived. One warm accent marks controls. Text has a contrast of at least 4.5:1 on every surface.
 */
import type { PaletteOptions } from "@mui/material/styles";

export const dark: PaletteOptions = {
  mode: "dark",
  primary: { main: "#ffb37c", light: "#ffcda8", dark: "#f0975a", contrastText: "#2b1606" },
  secondary: { main: "#8fd0d6", contrastText: "#06262a" },
  success: { main: "#8fd3a1", contrastText: "#06230f" },
  warning: { main: "#f0c36a", contrastText: "#2a1d02" },
  error: { main: "#ff8f85", contrastText: "#2e0906" },
  info: { main: "#9dbdf2", contrastText: "#07182f" },
  background: { default: "#131214", paper: "#1b1a1d" },
  text: { primary: "#f1eeea", secondary: "#b0aaa5", disabled: "#7d7874" },
  divider: "rgba(255, 255, 255, 0.10)",
  action: { hover: "rgba(255, 255, 255, 0.06)", selected: "rgba(255, 179, 124, 0.14)" },
};

export const light: PaletteOptions = {
  mode: "light",
  primary: { main: "#a3441a", light: "#c7683a", dark: "#7f3210", contrastText: "#ffffff" },
  secondary: { main: "#17626b", contrastText: "#ffffff" },
  success: { main: "#22683a", contrastText: "#ffffff" },
  warning: { main: "#835400", contrastText: "#ffffff" },
  error: { main: "#b3261e", contrastText: "#ffffff" },
  info: { main: "#2c5aa0", contrastText: "#ffffff" },
  background: { default: "#f7f5f1", paper: "#ffffff" },
  text: { primary: "#1e1b19", secondary: "#5f5852", disabled: "#8f8780" },
  divider: "rgba(30, 20, 10, 0.12)",
  action: { hover: "rgba(30, 20, 10, 0.05)", selected: "rgba(163, 68, 26, 0.10)" },
};
