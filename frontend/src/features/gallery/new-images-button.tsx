import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { ArrowUp } from "lucide-react";
import { countOfItems } from "@/features/content";
import type { Arrivals } from "./use-arrivals";

/** Offers to show items that arrived while the user was further down in the list. */
export function NewImagesButton({ count, show }: Arrivals) {
  const open = () => {
    show();
    window.scrollTo({ top: 0 });
  };
  return (
    <Box
      role="status"
      sx={{
        position: "fixed",
        top: 76,
        insetInline: 0,
        display: "flex",
        justifyContent: "center",
        zIndex: "appBar",
        pointerEvents: "none",
      }}
    >
      {count === 0 ? null : (
        <Button
          variant="contained"
          startIcon={<ArrowUp size={17} aria-hidden />}
          onClick={open}
          sx={{ pointerEvents: "auto", borderRadius: 99, boxShadow: 8 }}
        >
          {countOfItems(count).replace(" ", " new ")}
        </Button>
      )}
    </Box>
  );
}
