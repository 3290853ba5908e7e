"""The fields of `google.cloud.aiplatform.v1.GenerateContentRequest`. A test holds them against Google's descriptor."""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.emulator.jobs.wire import MapOf, Message, Repeated, Scalar, Shape

_V1 = "google.cloud.aiplatform.v1."

_BLOB = Message(f"{_V1}Blob", {"mimeType": Scalar.STRING, "data": Scalar.STRING})
_FILE_DATA = Message(f"{_V1}FileData", {"mimeType": Scalar.STRING, "fileUri": Scalar.STRING})
_PART_DATA: Mapping[str, Shape] = {
    "text": Scalar.STRING,
    "inlineData": _BLOB,
    "fileData": _FILE_DATA,
    "functionCall": Scalar.STRUCT,
    "functionResponse": Scalar.STRUCT,
    "executableCode": Scalar.STRUCT,
    "codeExecutionResult": Scalar.STRUCT,
}
_PART = Message(
    f"{_V1}Part",
    {
        **_PART_DATA,
        "thought": Scalar.BOOL,
        "thoughtSignature": Scalar.STRING,
        "videoMetadata": Scalar.STRUCT,
        "mediaResolution": Scalar.STRUCT,
    },
    oneofs={"data": tuple(_PART_DATA)},
)
_CONTENT = Message(f"{_V1}Content", {"role": Scalar.STRING, "parts": Repeated(_PART)})

_GENERATION_CONFIG = Message(
    f"{_V1}GenerationConfig",
    {
        "temperature": Scalar.DOUBLE,
        "topP": Scalar.DOUBLE,
        "topK": Scalar.DOUBLE,
        "candidateCount": Scalar.INT32,
        "maxOutputTokens": Scalar.INT32,
        "stopSequences": Repeated(Scalar.STRING),
        "responseLogprobs": Scalar.BOOL,
        "logprobs": Scalar.INT32,
        "presencePenalty": Scalar.DOUBLE,
        "frequencyPenalty": Scalar.DOUBLE,
        "seed": Scalar.INT32,
        "responseMimeType": Scalar.STRING,
        "responseSchema": Scalar.STRUCT,
        "responseJsonSchema": Scalar.VALUE,
        "routingConfig": Scalar.STRUCT,
        "audioTimestamp": Scalar.BOOL,
        "responseModalities": Repeated(Scalar.ENUM),
        "mediaResolution": Scalar.ENUM,
        "speechConfig": Scalar.STRUCT,
        "thinkingConfig": Scalar.STRUCT,
        "imageConfig": Scalar.STRUCT,
    },
)

_TOOL = Message(
    f"{_V1}Tool",
    {
        "functionDeclarations": Repeated(Scalar.STRUCT),
        "retrieval": Scalar.STRUCT,
        "googleSearch": Scalar.STRUCT,
        "googleSearchRetrieval": Scalar.STRUCT,
        "googleMaps": Scalar.STRUCT,
        "enterpriseWebSearch": Scalar.STRUCT,
        "parallelAiSearch": Scalar.STRUCT,
        "exaAiSearch": Scalar.STRUCT,
        "codeExecution": Scalar.STRUCT,
        "urlContext": Scalar.STRUCT,
        "computerUse": Scalar.STRUCT,
    },
)

_SAFETY_SETTING = Message(
    f"{_V1}SafetySetting", {"category": Scalar.ENUM, "threshold": Scalar.ENUM, "method": Scalar.ENUM}
)

GENERATE_CONTENT_REQUEST = Message(
    f"{_V1}GenerateContentRequest",
    {
        "model": Scalar.STRING,
        "contents": Repeated(_CONTENT),
        "systemInstruction": _CONTENT,
        "cachedContent": Scalar.STRING,
        "tools": Repeated(_TOOL),
        "toolConfig": Scalar.STRUCT,
        "labels": MapOf(Scalar.STRING),
        "safetySettings": Repeated(_SAFETY_SETTING),
        "modelArmorConfig": Scalar.STRUCT,
        "generationConfig": _GENERATION_CONFIG,
    },
)
