import { useSearchParams } from "react-router";
import { Page } from "@/ui/page";
import { TabLinks } from "@/ui/tab-links";
import { type CardKind, ModelCards } from "./model-cards";

const TABS: readonly { readonly path: string; readonly label: string; readonly kind: CardKind }[] = [
  { path: "/models", label: "Checkpoints", kind: "checkpoint" },
  { path: "/models?kind=lora", label: "LoRAs", kind: "lora" },
  { path: "/models?kind=embedding", label: "Embeddings", kind: "embedding" },
];

/** All models as cards; each leads to the page of the model. */
export function ModelsPage() {
  const [query] = useSearchParams();
  const tab = TABS.find(({ kind }) => kind === query.get("kind")) ?? TABS[0];
  const kind = tab?.kind ?? "checkpoint";
  return (
    <Page title="Models" description="What the ComfyUI servers can generate with">
      <TabLinks label="Kinds of models" current={tab?.path ?? "/models"} links={TABS} />
      <ModelCards key={kind} kind={kind} />
    </Page>
  );
}
