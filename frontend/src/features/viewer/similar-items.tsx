import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { Content } from "@/api/types";
import { altOf, ContentTile, similarQuery } from "@/features/content";
import { WithOperations } from "@/features/operations";
import { JustifiedGrid } from "@/ui/justified";
import { Section } from "@/ui/section";

const keyOf = (item: Content) => item.id;

/** Images whose prompts are like that of an item; nothing without any. */
export function SimilarItems({ id }: { readonly id: number }) {
  const items = useQuery(similarQuery(id)).data ?? [];
  if (items.length === 0) return null;
  return (
    <Box sx={{ mt: { xs: 4, md: 6 } }}>
      <Section title="More like this">
        <JustifiedGrid items={items} keyOf={keyOf} label="More like this" rowHeight={180}>
          {(item, { width }) => (
            <WithOperations contentId={item.id} name={altOf(item)}>
              <ContentTile item={item} width={width} />
            </WithOperations>
          )}
        </JustifiedGrid>
      </Section>
    </Box>
  );
}
