import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import { useEffect, useRef, useState } from "react";
import { type PagedQuery, useNextPage } from "@/lib/use-next-page";

/** Asks for the next page of a list before its end is seen. */
export function LoadMore({ query }: { readonly query: PagedQuery }) {
  const sentinel = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  const more = useNextPage(query);
  useEffect(() => {
    const target = sentinel.current;
    if (target === null) return;
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      {
        rootMargin: "900px",
      },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  // After every render: between two of them a request may have begun and been given up.
  useEffect(() => {
    if (isNear) more();
  });
  const isFailed = query.isFetchNextPageError && !query.isFetching;
  return (
    <Box ref={sentinel} sx={{ display: "grid", placeItems: "center", height: query.hasNextPage ? 72 : 0 }}>
      {query.isFetchingNextPage ? <CircularProgress size={26} aria-label="Loading more" /> : null}
      {isFailed ? (
        <Button color="warning" onClick={() => void query.fetchNextPage()}>
          The rest could not be loaded. Try again
        </Button>
      ) : null}
    </Box>
  );
}
