"""The fields of `google.cloud.aiplatform.v1.BatchPredictionJob`. A test holds them against Google's descriptor."""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.emulator.jobs.wire import MapOf, Message, Repeated, Scalar, Shape

_V1 = "google.cloud.aiplatform.v1."

_GCS_SOURCE = Message(f"{_V1}GcsSource", {"uris": Repeated(Scalar.STRING)})
_BIGQUERY_SOURCE = Message(f"{_V1}BigQuerySource", {"inputUri": Scalar.STRING})
_DATASET_SOURCE = Message(f"{_V1}VertexMultimodalDatasetSource", {"datasetName": Scalar.STRING})
_INPUT_CONFIG = Message(
    f"{_V1}BatchPredictionJob.InputConfig",
    {
        "gcsSource": _GCS_SOURCE,
        "bigquerySource": _BIGQUERY_SOURCE,
        "vertexMultimodalDatasetSource": _DATASET_SOURCE,
        "instancesFormat": Scalar.STRING,
    },
    oneofs={"source": ("gcsSource", "bigquerySource", "vertexMultimodalDatasetSource")},
)

_GCS_DESTINATION = Message(f"{_V1}GcsDestination", {"outputUriPrefix": Scalar.STRING})
_BIGQUERY_DESTINATION = Message(f"{_V1}BigQueryDestination", {"outputUri": Scalar.STRING})
_DATASET_DESTINATION = Message(
    f"{_V1}VertexMultimodalDatasetDestination",
    {"bigqueryDestination": _BIGQUERY_DESTINATION, "displayName": Scalar.STRING},
)
_OUTPUT_CONFIG = Message(
    f"{_V1}BatchPredictionJob.OutputConfig",
    {
        "gcsDestination": _GCS_DESTINATION,
        "bigqueryDestination": _BIGQUERY_DESTINATION,
        "vertexMultimodalDatasetDestination": _DATASET_DESTINATION,
        "predictionsFormat": Scalar.STRING,
    },
    oneofs={"destination": ("gcsDestination", "bigqueryDestination", "vertexMultimodalDatasetDestination")},
)

_INSTANCE_CONFIG = Message(
    f"{_V1}BatchPredictionJob.InstanceConfig",
    {
        "instanceType": Scalar.STRING,
        "keyField": Scalar.STRING,
        "includedFields": Repeated(Scalar.STRING),
        "excludedFields": Repeated(Scalar.STRING),
    },
)

_RESERVATION_AFFINITY = Message(
    f"{_V1}ReservationAffinity",
    {"reservationAffinityType": Scalar.ENUM, "key": Scalar.STRING, "values": Repeated(Scalar.STRING)},
)
_MACHINE_SPEC = Message(
    f"{_V1}MachineSpec",
    {
        "machineType": Scalar.STRING,
        "acceleratorType": Scalar.ENUM,
        "acceleratorCount": Scalar.INT32,
        "gpuPartitionSize": Scalar.STRING,
        "tpuTopology": Scalar.STRING,
        "reservationAffinity": _RESERVATION_AFFINITY,
    },
)
_DEDICATED_RESOURCES = Message(
    f"{_V1}BatchDedicatedResources",
    {"machineSpec": _MACHINE_SPEC, "startingReplicaCount": Scalar.INT32, "maxReplicaCount": Scalar.INT32},
)

_CALLERS_FIELDS: Mapping[str, Shape] = {
    "displayName": Scalar.STRING,
    "model": Scalar.STRING,
    # Custom containers and explanations are not for Gemini: nothing looks into them.
    "unmanagedContainerModel": Scalar.STRUCT,
    "inputConfig": _INPUT_CONFIG,
    "instanceConfig": _INSTANCE_CONFIG,
    "modelParameters": Scalar.VALUE,
    "outputConfig": _OUTPUT_CONFIG,
    "dedicatedResources": _DEDICATED_RESOURCES,
    "serviceAccount": Scalar.STRING,
    "manualBatchTuningParameters": Message(f"{_V1}ManualBatchTuningParameters", {"batchSize": Scalar.INT32}),
    "generateExplanation": Scalar.BOOL,
    "explanationSpec": Scalar.STRUCT,
    "labels": MapOf(Scalar.STRING),
    "encryptionSpec": Message(f"{_V1}EncryptionSpec", {"kmsKeyName": Scalar.STRING}),
    "disableContainerLogging": Scalar.BOOL,
}

_STATUS = Message(
    "google.rpc.Status", {"code": Scalar.INT32, "message": Scalar.STRING, "details": Repeated(Scalar.STRUCT)}
)
_OUTPUT_INFO = Message(
    f"{_V1}BatchPredictionJob.OutputInfo",
    {
        "gcsOutputDirectory": Scalar.STRING,
        "bigqueryOutputDataset": Scalar.STRING,
        "vertexMultimodalDatasetName": Scalar.STRING,
        "bigqueryOutputTable": Scalar.STRING,
    },
    oneofs={"output_location": ("gcsOutputDirectory", "bigqueryOutputDataset", "vertexMultimodalDatasetName")},
)
_COMPLETION_STATS = Message(
    f"{_V1}CompletionStats",
    {
        "successfulCount": Scalar.INT64,
        "failedCount": Scalar.INT64,
        "incompleteCount": Scalar.INT64,
        "successfulForecastPointCount": Scalar.INT64,
    },
)

_SERVERS_FIELDS: Mapping[str, Shape] = {
    "name": Scalar.STRING,
    "modelVersionId": Scalar.STRING,
    "outputInfo": _OUTPUT_INFO,
    "state": Scalar.ENUM,
    "error": _STATUS,
    "partialFailures": Repeated(_STATUS),
    "resourcesConsumed": Message(f"{_V1}ResourcesConsumed", {"replicaHours": Scalar.DOUBLE}),
    "completionStats": _COMPLETION_STATS,
    "createTime": Scalar.STRING,
    "startTime": Scalar.STRING,
    "endTime": Scalar.STRING,
    "updateTime": Scalar.STRING,
    "satisfiesPzs": Scalar.BOOL,
    "satisfiesPzi": Scalar.BOOL,
}

JOB = Message(
    f"{_V1}BatchPredictionJob", {**_CALLERS_FIELDS, **_SERVERS_FIELDS}, output_only=frozenset(_SERVERS_FIELDS)
)
