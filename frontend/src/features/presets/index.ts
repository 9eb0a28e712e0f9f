export { EditPresetDialog } from "./edit-preset-dialog";
export { ExportButton } from "./export-button";
export { ImportButton } from "./import-button";
export { PresetCard } from "./preset-card";
export { PresetGrid, PresetGridSkeleton } from "./preset-grid";
export { type Kind, presetQuery, presetsQuery } from "./queries";
