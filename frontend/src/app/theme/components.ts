/** Style overrides of Material UI components: flat surfaces, thin borders, large radii. */
import type { Components, Theme } from "@mui/material/styles";

/** On touch screens every control is at least 44 pixels wide and high (WCAG 2.5.5). */
const COARSE = "@media (pointer: coarse)";
const touchable = { [COARSE]: { minWidth: 44, minHeight: 44 } };

export const components: Components<Theme> = {
  MuiCssBaseline: {
    styleOverrides: (theme) => ({
      html: {
        scrollbarGutter: "stable",
        // Keeps scrolled-to and focused elements clear of the fixed bars.
        scrollPaddingTop: 76,
        [theme.breakpoints.down("md")]: { scrollPaddingBottom: 76 },
      },
      // An open dialog removes the scroll bar and compensates for its width; without this the reserved
      // strip stays and the dialog's backdrop does not cover it.
      'html:has(> body[style*="overflow: hidden"])': { scrollbarGutter: "auto" },
      body: { overflowX: "hidden" },
      a: { color: theme.vars?.palette.primary.main, textUnderlineOffset: "0.18em" },
      "::selection": { backgroundColor: theme.vars?.palette.action.selected },
      "@media (prefers-reduced-motion: reduce)": {
        "*, *::before, *::after": {
          animationDuration: "1ms !important",
          // Endless animations would flicker.
          animationIterationCount: "1 !important",
          transitionDuration: "1ms !important",
        },
      },
    }),
  },
  MuiButtonBase: { defaultProps: { disableRipple: true } },
  MuiButton: {
    defaultProps: { disableElevation: true },
    styleOverrides: {
      root: { borderRadius: 10, fontWeight: 600, textTransform: "none", minHeight: 36, ...touchable },
      sizeLarge: { minHeight: 46, fontSize: "1rem" },
    },
  },
  MuiIconButton: {
    styleOverrides: {
      root: ({ theme }) => ({
        borderRadius: 10,
        ...touchable,
        "&:focus-visible": { outline: `2px solid ${theme.vars?.palette.primary.main}`, outlineOffset: 1 },
      }),
    },
  },
  MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
  MuiCard: {
    styleOverrides: {
      root: ({ theme }) => ({ border: `1px solid ${theme.vars?.palette.divider}`, borderRadius: 14 }),
    },
  },
  MuiDialog: { styleOverrides: { paper: { borderRadius: 18 } } },
  MuiDialogTitle: {
    styleOverrides: { root: { fontSize: "1.2rem", fontWeight: 650, letterSpacing: "-0.01em" } },
  },
  MuiMenu: {
    styleOverrides: {
      paper: ({ theme }) => ({ border: `1px solid ${theme.vars?.palette.divider}`, borderRadius: 12 }),
    },
  },
  MuiPopover: {
    styleOverrides: { paper: ({ theme }) => ({ border: `1px solid ${theme.vars?.palette.divider}` }) },
  },
  MuiOutlinedInput: {
    styleOverrides: {
      root: ({ theme }) => ({
        borderRadius: 10,
        backgroundColor: theme.vars?.palette.background.paper,
        ...touchable,
      }),
    },
  },
  MuiChip: {
    styleOverrides: {
      root: { borderRadius: 8, fontWeight: 500, "&.MuiChip-clickable": touchable },
    },
  },
  MuiCheckbox: { styleOverrides: { root: touchable } },
  MuiSwitch: {
    styleOverrides: {
      root: { [COARSE]: { height: 44, paddingBlock: 15 } },
      switchBase: { [COARSE]: { paddingBlock: 12 } },
      sizeSmall: {
        [COARSE]: { height: 44, paddingBlock: 17, "& .MuiSwitch-switchBase": { paddingBlock: 14 } },
      },
    },
  },
  MuiRating: { styleOverrides: { icon: { [COARSE]: { padding: 10 } } } },
  MuiToggleButton: {
    styleOverrides: {
      root: ({ theme }) => ({
        textTransform: "none",
        borderRadius: 10,
        paddingBlock: 6,
        ...touchable,
        color: theme.vars?.palette.text.secondary,
      }),
    },
  },
  MuiTooltip: {
    defaultProps: { enterDelay: 400, arrow: true },
    styleOverrides: { tooltip: { fontSize: "0.78rem" } },
  },
  MuiLinearProgress: { styleOverrides: { root: { borderRadius: 99, height: 6 }, bar: { borderRadius: 99 } } },
  MuiSkeleton: { defaultProps: { animation: "wave" } },
  MuiAlert: { styleOverrides: { root: { borderRadius: 12 } } },
  MuiListItemButton: { styleOverrides: { root: { borderRadius: 10 } } },
};
