import Box from "@mui/material/Box";
import { ContentPicture } from "@/features/content";
import { Highlighted } from "@/ui/highlighted";
import { Keys } from "@/ui/kbd";
import type { Command } from "./commands";

interface CommandOptionProps {
  readonly id: string;
  readonly command: Command;
  readonly search: string;
  readonly isActive: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

/** One result of the command palette. */
export function CommandOption({ id, command, search, isActive, onPoint, onChoose }: CommandOptionProps) {
  const { title, detail, keys } = command;
  return (
    <Box
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      onMouseMove={isActive ? undefined : onPoint}
      onClick={onChoose}
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        px: 1.25,
        minHeight: 44,
        borderRadius: "10px",
        cursor: "pointer",
        scrollMarginBlock: "32px 8px",
        bgcolor: isActive ? "action.selected" : "transparent",
      }}
    >
      <Sign command={command} isActive={isActive} />
      <Box
        component="span"
        dir="auto"
        sx={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
      >
        <Highlighted text={title} search={search} isLine />
      </Box>
      {detail === undefined ? null : (
        <Box component="span" sx={{ color: "text.secondary", fontSize: "0.82rem", whiteSpace: "nowrap" }}>
          {detail}
        </Box>
      )}
      {keys === undefined ? null : (
        <Box component="span" sx={{ display: { xs: "none", sm: "inline-flex" } }}>
          <Keys keys={keys} />
        </Box>
      )}
    </Box>
  );
}

function Sign({
  command: { icon: Icon, picture },
  isActive,
}: Pick<CommandOptionProps, "command" | "isActive">) {
  if (picture === undefined)
    return (
      <Box component="span" sx={{ display: "grid", color: isActive ? "primary.main" : "text.secondary" }}>
        <Icon size={18} aria-hidden />
      </Box>
    );
  return (
    <Box
      component="span"
      sx={{ width: 34, height: 34, borderRadius: "8px", overflow: "hidden", flex: "none" }}
    >
      <ContentPicture item={picture} sizes="34px" alt="" isSmall style={{ width: 34, height: 34 }} />
    </Box>
  );
}
