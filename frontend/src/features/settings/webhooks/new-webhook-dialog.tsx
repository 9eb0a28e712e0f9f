import { SecretDialog } from "@/ui/secret-dialog";
import { useAddWebhook } from "./queries";
import { WebhookForm } from "./webhook-form";

export const SECRET_EXPLANATION =
  "Use this secret to verify that a request comes from Genonaut. It is shown only once. You can create a new one at any time.";

/** Creates a webhook and shows its secret once. */
export function NewWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const add = useAddWebhook();
  if (add.data !== undefined) {
    return (
      <SecretDialog
        secret={add.data.secret}
        copyLabel="Copy secret"
        explanation={SECRET_EXPLANATION}
        onClose={onClose}
      />
    );
  }
  return (
    <WebhookForm
      title="New webhook"
      verb="Create"
      change={add}
      onSubmit={(values) => add.mutate(values)}
      onClose={onClose}
    />
  );
}
