import Divider from "@mui/material/Divider";
import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import { useQuery } from "@tanstack/react-query";
import { Brush, Expand, ImagePlus, Layers, type LucideIcon, Maximize2, Shuffle } from "lucide-react";
import { useEffect } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { contentQuery } from "@/features/content";
import { canVary, enlargedFrom } from "./requests";
import { OPERATIONS, type Operation, useOperationWithToast } from "./use-operations";

interface OperationItemsProps {
  readonly contentId: number;
  readonly onDone: () => void;
}

const RUNS: readonly (readonly [Operation, LucideIcon])[] = [
  ["vary-subtle", Shuffle],
  ["vary-strong", Shuffle],
  ["upscale-2", Maximize2],
  ["upscale-4", Maximize2],
];

const LINKS: readonly (readonly [string, string, LucideIcon])[] = [
  ["Use as source", "source", ImagePlus],
  ["Inpaint", "mask", Brush],
  ["Extend", "extend", Expand],
  ["Use as reference", "reference", Layers],
];

/** The menu items that make another image from this one. */
export function OperationItems({ contentId, onDone }: OperationItemsProps) {
  const item = useQuery(contentQuery(contentId)).data;
  const run = useOperationWithToast();
  // The menu took its place while it was empty, if this code was loaded after it was opened. With its items it
  // would reach beyond the window; a resize places it anew.
  useEffect(() => {
    window.dispatchEvent(new Event("resize"));
  }, []);
  return (
    <>
      {RUNS.map(([operation, Icon]) => (
        <MenuItem
          key={operation}
          disabled={item === undefined || (operation.startsWith("vary") && !isVariable(item))}
          onClick={() => {
            if (item !== undefined) run(item, operation);
            onDone();
          }}
        >
          <ListItemIcon>
            <Icon size={17} aria-hidden />
          </ListItemIcon>
          {OPERATIONS[operation]}
        </MenuItem>
      ))}
      <Divider component="li" />
      {LINKS.map(([label, target, Icon]) => (
        <MenuItem key={target} component={Link} to={addressOf(contentId, target)} onClick={onDone}>
          <ListItemIcon>
            <Icon size={17} aria-hidden />
          </ListItemIcon>
          {label}
        </MenuItem>
      ))}
    </>
  );
}

const isVariable = (item: Content): boolean => canVary(item) || enlargedFrom(item) !== null;

function addressOf(id: number, target: string): string {
  if (target === "reference") return `/generate?reference=${id}`;
  return `/generate?source=${id}${target === "source" ? "" : `&edit=${target}`}`;
}
