import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { TagInput, useChangeContent } from "@/features/content";
import { useToast } from "@/ui/toast";

/** The tags of an image. The owner edits them in place; for other users they link to the gallery. */
export function TagsField({ item }: { readonly item: Content }) {
  const change = useChangeContent(item.id);
  const toast = useToast();
  if (item.is_mine) {
    return (
      <TagInput
        label="Tags"
        placeholder="Add a tag"
        allowsNew
        value={item.tags}
        onChange={(tags) =>
          change.mutate(
            { tags },
            { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
          )
        }
      />
    );
  }
  if (item.tags.length === 0) return null;
  return (
    <Stack direction="row" useFlexGap sx={{ flexWrap: "wrap", gap: 0.75 }}>
      {item.tags.map((tag) => (
        <Chip
          key={tag}
          size="small"
          clickable
          label={tag}
          component={Link}
          to={`/gallery?${new URLSearchParams({ scope: "all", tags: tag })}`}
        />
      ))}
    </Stack>
  );
}
