import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Content, Lineage as Relatives } from "@/api/types";
import { lineageQuery, sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";

/** The images that this one was made from, and those made from it, as far as one may see them. */
export function Lineage({ item }: { readonly item: Content }) {
  const found = useQuery(lineageQuery(item.id)).data;
  if (found === undefined) return null;
  return (
    <>
      <Strip title="Made from" items={found.parents} />
      <Strip title="Made into" items={found.children} />
    </>
  );
}

interface StripProps {
  readonly title: string;
  readonly items: Relatives["parents"];
}

function Strip({ title, items }: StripProps) {
  if (items.length === 0) return null;
  return (
    <Box component="section">
      <Typography variant="overline" component="h2" sx={{ color: "text.secondary" }}>
        {title}
      </Typography>
      <Box
        component="ul"
        sx={{ display: "flex", gap: 1, overflowX: "auto", listStyle: "none", m: 0, mx: -0.5, p: 0.5 }}
      >
        {items.map(({ id, title: name, picture }) => (
          <li key={id}>
            <Box
              component={Link}
              to={`/view/${id}`}
              aria-label={name}
              sx={{
                display: "block",
                width: 96,
                height: 96,
                borderRadius: "8px",
                "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main" },
              }}
            >
              <LazyImage
                {...sourcesOf(picture)}
                sizes="96px"
                alt=""
                width={picture.width}
                height={picture.height}
                placeholder={picture.placeholder}
                style={{ width: "100%", height: "100%", borderRadius: 8 }}
              />
            </Box>
          </li>
        ))}
      </Box>
    </Box>
  );
}
