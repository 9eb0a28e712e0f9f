export { CreateTab } from "./create-tab";
export { GeneratePage } from "./generate-page";
export { HistoryTab } from "./history/history-tab";
