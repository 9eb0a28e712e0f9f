/** Short names for the API's types. */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;
type Body<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer B } } } };
}
  ? B
  : never;

export type Job = Schemas["JobView"];
export type Batch = Schemas["BatchView"];
export type BatchJob = Schemas["BatchJobView"];
export type BatchPage = Body<"/api/v1/generation-batches">;
export type BatchListQuery = Query<"/api/v1/generation-batches">;
export type JobPage = Body<"/api/v1/generation-jobs">;
export type JobStatus = Schemas["JobStatus"];
export type JobEvent = Schemas["JobEventView"];
export type JobStats = Schemas["JobStatsView"];
export type JobSubmit = Schemas["JobSubmit"];
export type Grid = Schemas["GridView"];
export type GridSummary = Schemas["GridSummary"];
export type GridCell = Schemas["CellView"];
export type GridAxis = Schemas["AxisView"];
export type GridParameter = Schemas["GridParameter"];
export type GridSubmit = Schemas["GridSubmit"];
export type Preset = Schemas["PresetView"];
export type PresetSubmit = Schemas["PresetSubmit"];
export type PresetImport = Schemas["PresetImport"];
export type PresetPatch = Schemas["PresetPatch"];
export type UsedPrompt = Schemas["UsedPromptView"];
export type WildcardSubmit = Schemas["WildcardSubmit"];
export type WildcardPatch = Schemas["WildcardPatch"];
export type ImageReference = Partial<Schemas["ImageReferenceView"]>;
export type JobListQuery = Query<"/api/v1/generation-jobs">;

export type Content = Schemas["ContentView"];
export type Lineage = Schemas["LineageView"];
export type Upload = Schemas["UploadView"];
export type ContentPatch = Schemas["ContentPatch"];
export type ContentListQuery = Query<"/api/v1/content">;
export type ContentStats = Schemas["ContentStatsView"];
export type Rating = Schemas["RatingPut"]["rating"];
export type BulkChange =
  | Schemas["BulkTag"]
  | Schemas["BulkUntag"]
  | Schemas["BulkVisibility"]
  | Schemas["BulkFavourite"]
  | Schemas["BulkDelete"]
  | Schemas["BulkRestore"]
  | Schemas["BulkPurge"];

export type Reproduction = Schemas["ReproductionView"];
export type ModelExample = Schemas["ModelExampleView"];
export type ModelSettings = Schemas["ModelSettingsView"];
export type Facet = Schemas["FacetView"];
export type SavedSearch = Schemas["SavedSearchView"];
export type SavedSearchSubmit = Schemas["SavedSearchSubmit"];
export type SavedSearchPatch = Schemas["SavedSearchPatch"];
export type BulkFilter = Schemas["BulkFilter"];
export type BulkOutcome = Schemas["BulkOutcomeView"];
export type NearItem = Schemas["NearItemView"];

export type Collection = Schemas["CollectionView"];
export type CollectionListQuery = Query<"/api/v1/collections">;
export type CollectionSubmit = Schemas["CollectionSubmit"];
export type CollectionPatch = Schemas["CollectionPatch"];
export type SavedFilter = Schemas["SavedFilterView"];
export type SavedFilterBody = Schemas["SavedFilterBody"];
export type CollectionMember = Schemas["MemberView"];
export type CollectionLink = Schemas["LinkView"];
export type LinkPatch = Schemas["LinkPatch"];
export type LinkSubmit = Schemas["LinkSubmit"];
export type SharedItem = Schemas["SharedItemView"];
export type InspectedFile = Schemas["InspectedView"];
export type ImportedFile = Schemas["ImportedFileView"];

export type Me = Schemas["MeView"];
export type Preferences = Schemas["Preferences"];
export type LoginSubmit = Schemas["LoginSubmit"];
export type RegistrationSubmit = Schemas["RegistrationSubmit"];
export type ApiKey = Schemas["ApiKeyView"];
export type ApiKeySubmit = Schemas["ApiKeySubmit"];
export type KeyScope = Schemas["KeyScope"];
export type LoginSession = Schemas["SessionView"];
export type User = Schemas["UserView"];
export type AuditListQuery = Query<"/api/v1/audit-log">;
export type NotificationSubmit = Schemas["NotificationSubmit"];
export type UserUsage = Schemas["UserUsageView"];
export type UsageSort = NonNullable<Query<"/api/v1/users/usage">["sort"]>;
export type UserSubmit = Schemas["UserSubmit"];
export type UserPatch = Schemas["UserPatch"];
export type Health = paths["/api/v1/health"]["get"]["responses"]["200"]["content"]["application/json"];
export type Model = Schemas["ModelView"];
export type ModelDetail = Schemas["ModelDetailView"];
export type ModelKind = Schemas["ModelKind"];
export type ModelPatch = Schemas["ModelPatch"];
export type ModelSubmit = Schemas["ModelSubmit"];
export type Architecture = Schemas["Architecture"];
export type BackendHealth = Schemas["BackendHealthView"];
export type Queue = Schemas["QueueView"];
export type Worker = Schemas["WorkerView"];
export type Webhook = Schemas["WebhookView"];
export type WebhookPatch = Schemas["WebhookPatch"];
export type WebhookSubmit = Schemas["WebhookSubmit"];
export type WebhookEvent = Schemas["WebhookEvent"];
export type WebhookDelivery = Schemas["DeliveryView"];
export type WebhookTry = Schemas["TryView"];
export type StoragePolicy = Schemas["StoragePolicyView"];
export type UserStorage = Schemas["UserStorageView"];
export type ExpiredRule = Schemas["ExpiredView"];
export type Alert = Schemas["AlertView"];
export type JobStatistics = Schemas["JobStatisticsView"];
export type NamedJobs = Schemas["NamedJobsView"];
export type AuditEntry = Schemas["AuditView"];

export type Notification = Schemas["NotificationView"];
export type NotificationType = Schemas["NotificationType"];
export type NotificationListQuery = Query<"/api/v1/notifications">;

export type Workflow = Schemas["WorkflowView"];
export type WorkflowListQuery = Query<"/api/v1/workflows">;
export type WorkflowPatch = Schemas["WorkflowPatch"];
export type WorkflowSubmit = Schemas["WorkflowSubmit"];
export type VersionSubmit = Schemas["VersionSubmit"];
export type WorkflowAnalysis = Schemas["AnalysisView"];
export type WorkflowVersion = Schemas["VersionView"];
/** @public */
export type WorkflowJobSubmit = Schemas["WorkflowJobSubmit"];
export type WorkflowVersionSummary = Schemas["VersionSummaryView"];
export type WorkflowDifference = Schemas["DifferenceView"];
export type WorkflowField = Schemas["FieldView"];
