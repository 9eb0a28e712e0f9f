import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import { ImagePlus, Sparkles } from "lucide-react";
import { Link } from "react-router";
import { ExamplePrompts } from "@/features/jobs";
import { EmptyState } from "@/ui/empty-state";

/** What somebody sees who has made nothing so far: the way to a first picture, and no empty figures. */
export function FirstImage() {
  return (
    <Card component="section" aria-label="Your first picture">
      <EmptyState
        icon={ImagePlus}
        title="Make your first picture"
        action={
          <Box sx={{ display: "grid", gap: 3, justifyItems: "center" }}>
            <ExamplePrompts />
            <Button
              variant="contained"
              size="large"
              component={Link}
              to="/generate"
              startIcon={<Sparkles size={18} aria-hidden />}
            >
              Describe your own
            </Button>
          </Box>
        }
      >
        One sentence is enough; all the rest has a default. Begin with one of these:
      </EmptyState>
    </Card>
  );
}
