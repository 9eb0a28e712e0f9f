import { lazyPart } from "@/lib/code";
import { Menu } from "@/ui/overlays";

interface OperationsMenuProps {
  /** Id of the image. */
  readonly contentId: number;
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
  /** Called in place of `onClose` when an operation was chosen. */
  readonly onDone?: () => void;
}

const OperationItems = lazyPart(async () => (await import("./operation-items")).OperationItems, {
  Loading: () => null,
});

/** The menu of what can be made from an image; open while it has an anchor. */
export function OperationsMenu({ contentId, anchor, onClose, onDone = onClose }: OperationsMenuProps) {
  return (
    <Menu anchorEl={anchor} open={anchor !== null} onClose={onClose}>
      {anchor === null ? null : <OperationItems contentId={contentId} onDone={onDone} />}
    </Menu>
  );
}
