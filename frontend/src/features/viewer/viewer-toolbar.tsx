import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import {
  ArrowLeft,
  ChevronLeft,
  ChevronRight,
  Heart,
  type LucideIcon,
  Maximize,
  Minimize,
  SquareSplitHorizontal,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { useMarkFavourite } from "@/features/content";
import { MoreActions } from "@/features/operations";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import type { Neighbours } from "./use-neighbours";

interface ViewerToolbarProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
  /** Absent for items without zoom. */
  readonly zoom?: { readonly isZoomed: boolean; readonly toggle: () => void } | undefined;
  /** Absent for items that were not made from another one. */
  readonly comparing?: { readonly isOn: boolean; readonly toggle: () => void } | undefined;
  readonly isImmersive: boolean;
  readonly onImmersive: () => void;
}

/** The buttons above an item. */
export function ViewerToolbar(props: ViewerToolbarProps) {
  const { item, neighbours, zoom, comparing, isImmersive, onImmersive } = props;
  const { previousId, nextId, goTo, goBack } = neighbours;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: { xs: 0, sm: 0.5 }, mb: isImmersive ? 0 : 1 }}>
      <ToolbarButton label="Back" icon={ArrowLeft} onClick={isImmersive ? onImmersive : goBack} />
      <Box sx={{ flex: 1 }} />
      <FavouriteToggle item={item} />
      {comparing === undefined ? null : (
        <ToolbarButton
          label="Before and after"
          icon={SquareSplitHorizontal}
          isPressed={comparing.isOn}
          onClick={comparing.toggle}
        />
      )}
      {zoom === undefined ? null : (
        <ToolbarButton
          label={zoom.isZoomed ? "Fit to window" : "Full size"}
          icon={zoom.isZoomed ? ZoomOut : ZoomIn}
          // A narrow screen has no space for all of them; a finger zooms without a button.
          isOnlyWide={comparing !== undefined}
          onClick={zoom.toggle}
        />
      )}
      <ToolbarButton
        label="Immersive view"
        icon={isImmersive ? Minimize : Maximize}
        isPressed={isImmersive}
        onClick={onImmersive}
      />
      <MoreActions contentId={item.id} />
      <ToolbarButton
        label="Previous"
        icon={ChevronLeft}
        onClick={previousId === null ? null : () => goTo(previousId)}
      />
      <ToolbarButton label="Next" icon={ChevronRight} onClick={nextId === null ? null : () => goTo(nextId)} />
    </Box>
  );
}

function FavouriteToggle({ item }: { readonly item: Content }) {
  const { mutate } = useMarkFavourite();
  const toast = useToast();
  const isOn = item.is_favourite;
  const toggle = () =>
    mutate(
      { item, isFavourite: !isOn },
      { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
    );
  return <ToolbarButton label="Favourite" icon={Heart} isPressed={isOn} isFilled={isOn} onClick={toggle} />;
}

interface ToolbarButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onClick: (() => void) | null;
  readonly isPressed?: boolean;
  readonly isFilled?: boolean;
  readonly isOnlyWide?: boolean;
}

function ToolbarButton(props: ToolbarButtonProps) {
  const { label, icon: Icon, onClick, isPressed, isFilled = false, isOnlyWide = false } = props;
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        {...(isPressed === undefined ? {} : { "aria-pressed": isPressed })}
        disabled={onClick === null}
        onClick={() => onClick?.()}
        sx={{
          color: isFilled ? "primary.main" : undefined,
          display: isOnlyWide ? { xs: "none", sm: "inline-flex" } : undefined,
        }}
      >
        <Icon size={21} fill={isFilled ? "currentColor" : "none"} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
