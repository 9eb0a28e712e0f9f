import Skeleton from "@mui/material/Skeleton";
import { lazyPart } from "@/lib/code";
import type { SettingsEditorProps } from "./settings-editor";

/** The values of a preset; their code is loaded with the dialog that edits them. */
export const SettingsEditor = lazyPart<SettingsEditorProps>(
  async () => (await import("./settings-editor")).SettingsEditor,
  { Loading: () => <Skeleton variant="rounded" height={160} aria-label="Loading" /> },
);
