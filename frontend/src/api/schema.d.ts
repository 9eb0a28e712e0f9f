// Generated from openapi.json by scripts/api-types.mjs.

export interface paths {
    "/api/v1/checkpoint-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List checkpoints */
        get: operations["ApiV1CheckpointModelsCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List content */
        get: operations["ApiV1ContentListContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content/{content_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an item */
        get: operations["ApiV1ContentContentIdGetContent"];
        put?: never;
        post?: never;
        /** Delete an item */
        delete: operations["ApiV1ContentContentIdDeleteContent"];
        options?: never;
        head?: never;
        /** Change an item */
        patch: operations["ApiV1ContentContentIdChangeContent"];
        trace?: never;
    };
    "/api/v1/content/{content_id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The full-size image */
        get: operations["ApiV1ContentContentIdImageImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/content/{content_id}/thumbnails/{size}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A thumbnail */
        get: operations["ApiV1ContentContentIdThumbnailsSizeThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs */
        get: operations["ApiV1GenerationJobsListJobs"];
        put?: never;
        /** Submit a job */
        post: operations["ApiV1GenerationJobsSubmitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a job */
        get: operations["ApiV1GenerationJobsJobIdGetJob"];
        put?: never;
        post?: never;
        /** Delete a job */
        delete: operations["ApiV1GenerationJobsJobIdDeleteJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job */
        post: operations["ApiV1GenerationJobsJobIdCancelCancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job's timeline */
        get: operations["ApiV1GenerationJobsJobIdEventsJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/{job_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry a job */
        post: operations["ApiV1GenerationJobsJobIdRetryRetryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel the rest of a batch */
        post: operations["ApiV1GenerationJobsCancelCancelBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/generation-jobs/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statistics of jobs */
        get: operations["ApiV1GenerationJobsStatsJobStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Health of the whole */
        get: operations["ApiV1HealthHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lora-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List LoRAs */
        get: operations["ApiV1LoraModelsLoras"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sampling-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List samplers and schedulers */
        get: operations["ApiV1SamplingOptionsSamplingOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Liveness */
        get: operations["HealthLiveLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Readiness */
        get: operations["HealthReadyReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get */
        get: operations["MetricsGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** BackendHealthView */
        BackendHealthView: {
            checked_at: string | null;
            detail: string | null;
            name: string;
            queue: number | null;
            status: string;
            version: string | null;
        };
        /** BatchCancel */
        BatchCancel: {
            /** Format: uuid */
            batch_id: string;
        };
        /** ContentPatch */
        ContentPatch: {
            title?: string;
            visibility?: components["schemas"]["Visibility"];
        };
        /**
         * ContentType
         * @description What kind of thing an item is.
         * @enum {string}
         */
        ContentType: "image";
        /** ContentView */
        ContentView: {
            checkpoint_model: string;
            content_type: components["schemas"]["ContentType"];
            /** Format: date-time */
            created_at: string;
            creator: components["schemas"]["CreatorView"];
            height: number;
            id: number;
            image_url: string;
            is_mine: boolean;
            job_id: number | null;
            metadata: {
                [key: string]: unknown;
            };
            mime: string;
            negative_prompt: string;
            placeholder: string;
            prompt: string;
            sha256: string;
            size_bytes: number;
            thumbnails: components["schemas"]["ThumbnailView"][];
            title: string;
            /** Format: date-time */
            updated_at: string;
            visibility: components["schemas"]["Visibility"];
            width: number;
        };
        /** CreatorView */
        CreatorView: {
            /** Format: uuid */
            id: string;
            username: string;
        };
        /**
         * ErrorCode
         * @description Why a job failed, for programs.
         * @enum {string}
         */
        ErrorCode: "workflow_rejected" | "execution_failed" | "out_of_memory" | "interrupted" | "no_output" | "bad_image" | "timeout" | "storage_failed" | "model_unavailable" | "backend_failed" | "internal_error";
        /** HealthView */
        HealthView: {
            comfyui: components["schemas"]["BackendHealthView"][];
            database: string;
            redis: string;
            status: string;
            workers: number;
        };
        /** JobEventView */
        JobEventView: {
            /** Format: date-time */
            at: string;
            attempt: number;
            detail: {
                [key: string]: unknown;
            };
            id: number;
            kind: string;
        };
        /** JobStatsView */
        JobStatsView: {
            counts: {
                [key: string]: number;
            };
            mean_run_seconds: number | null;
            mean_wait_seconds: number | null;
            total: number;
        };
        /**
         * JobStatus
         * @description Where a job is; the last three never change again.
         * @enum {string}
         */
        JobStatus: "pending" | "queued" | "running" | "completed" | "failed" | "cancelled";
        /** JobSubmit */
        JobSubmit: {
            /** @default 1 */
            batch_size: number;
            checkpoint_model?: string | null;
            /** @default 512 */
            height: number;
            job_type?: components["schemas"]["JobType"];
            lora_models?: components["schemas"]["LoraSubmit"][];
            /** @default  */
            negative_prompt: string;
            params?: components["schemas"]["ParamsSubmit"];
            prompt: string;
            /** @default 512 */
            width: number;
        };
        /**
         * JobType
         * @description What a job makes.
         * @default image
         * @enum {string}
         */
        JobType: "image";
        /** JobView */
        JobView: {
            arq_job_id: string | null;
            attempt: number;
            backend: string | null;
            /** Format: uuid */
            batch_id: string;
            batch_job_ids: number[];
            batch_size: number;
            cancel_requested_at: string | null;
            checkpoint_model: string;
            comfyui_prompt_id: string | null;
            completed_at: string | null;
            content_id: number | null;
            /** Format: date-time */
            created_at: string;
            error_code: components["schemas"]["ErrorCode"] | null;
            error_message: string | null;
            height: number;
            id: number;
            job_type: components["schemas"]["JobType"];
            lora_models: components["schemas"]["LoraView"][];
            negative_prompt: string;
            params: components["schemas"]["ParamsView"];
            progress: number | null;
            prompt: string;
            queue_position: number | null;
            queued_at: string | null;
            seq: number;
            started_at: string | null;
            status: components["schemas"]["JobStatus"];
            /** Format: date-time */
            updated_at: string;
            /** Format: uuid */
            user_id: string;
            waiting_reason: string | null;
            width: number;
        };
        /** Liveness */
        Liveness: {
            status: string;
        };
        /** LoraSubmit */
        LoraSubmit: {
            name: string;
            strength_clip?: number | null;
            /** @default 1 */
            strength_model: number;
        };
        /** LoraView */
        LoraView: {
            name: string;
            strength_clip: number;
            strength_model: number;
        };
        /** ModelList */
        ModelList: {
            items: components["schemas"]["ModelView"][];
            total: number;
        };
        /** ModelView */
        ModelView: {
            available: boolean;
            display_name: string;
            name: string;
            source: string;
        };
        /** Page[ContentView] */
        "Page_genonaut.content.schemas.ContentView_": {
            items: components["schemas"]["ContentView"][];
            next_cursor: string | null;
            total: number | null;
        };
        /** Page[JobView] */
        "Page_genonaut.jobs.schemas.JobView_": {
            items: components["schemas"]["JobView"][];
            next_cursor: string | null;
            total: number | null;
        };
        /**
         * ParamsSubmit
         * @default {
         *       "cfg": 7,
         *       "denoise": 1,
         *       "sampler_name": "euler",
         *       "scheduler": "normal",
         *       "seed": null,
         *       "steps": 20
         *     }
         */
        ParamsSubmit: {
            /** @default 7 */
            cfg: number;
            /** @default 1 */
            denoise: number;
            /** @default euler */
            sampler_name: string;
            /** @default normal */
            scheduler: string;
            seed?: number | null;
            /** @default 20 */
            steps: number;
        };
        /** ParamsView */
        ParamsView: {
            cfg: number;
            denoise: number;
            sampler_name: string;
            scheduler: string;
            seed: number;
            steps: number;
        };
        /** SamplingOptions */
        SamplingOptions: {
            samplers: string[];
            schedulers: string[];
        };
        /**
         * ThumbnailSize
         * @description The sizes of the contract.
         * @enum {string}
         */
        ThumbnailSize: "small" | "medium" | "large";
        /** ThumbnailView */
        ThumbnailView: {
            height: number;
            size: components["schemas"]["ThumbnailSize"];
            url: string;
            width: number;
        };
        /**
         * Visibility
         * @description Who besides the owner may see an item.
         * @enum {string}
         */
        Visibility: "private" | "public";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ApiV1CheckpointModelsCheckpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
        };
    };
    ApiV1ContentListContent: {
        parameters: {
            query?: {
                checkpoint_model?: string | null;
                content_type?: components["schemas"]["ContentType"] | null;
                cursor?: string | null;
                limit?: number;
                scope?: "mine" | "community" | "all";
                search?: string | null;
                sort?: "newest" | "oldest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_genonaut.content.schemas.ContentView_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1ContentContentIdGetContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                content_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1ContentContentIdDeleteContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                content_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1ContentContentIdChangeContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                content_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContentPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContentView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1ContentContentIdImageImage: {
        parameters: {
            query?: {
                download?: "0" | "1";
                metadata?: "keep" | "strip";
                v?: string | null;
            };
            header?: never;
            path: {
                content_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            /** @description The part asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description The client has it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
            /** @description The range lies beyond the end */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ApiV1ContentContentIdThumbnailsSizeThumbnail: {
        parameters: {
            query?: {
                v?: string | null;
            };
            header?: never;
            path: {
                content_id: number;
                /** @description The sizes of the contract. */
                size: components["schemas"]["ThumbnailSize"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": unknown;
                };
            };
            /** @description The part asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description The client has it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
            /** @description The range lies beyond the end */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ApiV1GenerationJobsListJobs: {
        parameters: {
            query?: {
                batch_id?: string | null;
                checkpoint_model?: string | null;
                created_from?: string | null;
                created_to?: string | null;
                cursor?: string | null;
                job_type?: components["schemas"]["JobType"] | null;
                limit?: number;
                scope?: "mine" | "all";
                search?: string | null;
                sort?: "newest" | "oldest";
                status?: components["schemas"]["JobStatus"][] | null;
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_genonaut.jobs.schemas.JobView_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsSubmitJob: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobSubmit"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsJobIdGetJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsJobIdDeleteJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsJobIdCancelCancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsJobIdEventsJobEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobEventView"][];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsJobIdRetryRetryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsCancelCancelBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchCancel"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"][];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1GenerationJobsStatsJobStats: {
        parameters: {
            query?: {
                scope?: "mine" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatsView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiV1HealthHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthView"];
                };
            };
        };
    };
    ApiV1LoraModelsLoras: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
        };
    };
    ApiV1SamplingOptionsSamplingOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SamplingOptions"];
                };
            };
        };
    };
    HealthLiveLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
        };
    };
    HealthReadyReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
        };
    };
    MetricsGet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
}
