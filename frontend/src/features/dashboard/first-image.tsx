import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import { ImagePlus, Sparkles } from "lucide-react";
import { Link } from "react-router";
import { ExamplePrompts } from "@/features/jobs";
import { EmptyState } from "@/ui/empty-state";

/** Shown to users without jobs or images: example prompts and a link to the form. */
export function FirstImage() {
  return (
    <Card component="section" aria-label="Your first image">
      <EmptyState
        icon={ImagePlus}
        title="Generate your first image"
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
              Write your own prompt
            </Button>
          </Box>
        }
      >
        One sentence is enough: everything else has a default. Start with an example:
      </EmptyState>
    </Card>
  );
}
