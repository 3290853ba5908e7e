"""The emulator's model: a pure function from request to response that says what it is in `modelVersion`.

It understands nothing. Its answers have the form that was asked for and quote the prompt, so that what reads them
can be tried out; the same request always gets the same answer.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.json_answers import answer_schema

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_FILE = 258
"""What Gemini counts for an image; other media are taken for one, since nobody opens them here."""

_WORDS_OF_EXTRACT = 40
_NOTHING_TO_QUOTE = "There is no text in this prompt."

Message = Mapping[str, Json]


def generate(request: Message, model: str) -> dict[str, Json]:
    """Returns the response to a request.

    Args:
        request: A `GenerateContentRequest` in canonical form, that the API would accept.
        model: The model's short name.
    """
    config = _message(request, "generationConfig")
    seed = hashlib.sha256(json.dumps([model, request], sort_keys=True).encode()).hexdigest()
    text, finish_reason = _cut(_write(request, config, seed), config)
    candidate: dict[str, Json] = {
        "content": {"role": "model", "parts": [{"text": text}]},
        "finishReason": finish_reason,
        "avgLogprobs": -int(seed[:4], 16) / 2**16,
    }
    return {
        "candidates": [candidate],
        "modelVersion": f"{model}@gembatch-emulator",
        "usageMetadata": _usage(request, text),
    }


def _write(request: Message, config: Message, seed: str) -> str:
    text = _last_text(request)
    mime_type = config.get("responseMimeType")
    schema = config.get("responseSchema") or config.get("responseJsonSchema")
    if mime_type == "text/x.enum":
        return str(answer_schema(schema, _quotes(text), seed))
    if mime_type == "application/json":
        answer = answer_schema(schema, _quotes(text), seed) if schema else {"answer": _extract(text)}
        return json.dumps(answer, ensure_ascii=False)
    return _extract(text)


def _cut(text: str, config: Message) -> tuple[str, str]:
    """Returns as much of the text as was asked for, and why it ends."""
    for sequence in cast("Sequence[str]", config.get("stopSequences", ())):
        if sequence:
            text = text.partition(sequence)[0]
    limit = cast("int", config.get("maxOutputTokens", 0)) * _CHARACTERS_PER_TOKEN
    return (text[:limit], "MAX_TOKENS") if 0 < limit < len(text) else (text, "STOP")


def _usage(request: Message, answer: str) -> dict[str, Json]:
    contents = [*_messages(request, "contents"), _message(request, "systemInstruction")]
    prompt = sum(_tokens(part) for content in contents for part in _messages(content, "parts"))
    candidates = _tokens({"text": answer})
    return {
        "promptTokenCount": prompt,
        "candidatesTokenCount": candidates,
        "totalTokenCount": prompt + candidates,
    }


def _tokens(part: Message) -> int:
    if "inlineData" in part or "fileData" in part:
        return _TOKENS_PER_FILE
    text = part["text"] if "text" in part else json.dumps(part)
    return math.ceil(len(cast("str", text)) / _CHARACTERS_PER_TOKEN)


def _last_text(request: Message) -> str:
    """Returns what the user said last; without any text, which files there are."""
    texts = [text for content in _messages(request, "contents") for text in _texts(content)]
    return next((text for text in reversed(texts) if text.strip()), _NOTHING_TO_QUOTE)


def _texts(content: Message) -> Iterator[str]:
    if content.get("role") == "model":
        return
    for part in _messages(content, "parts"):
        if "text" in part:
            yield cast("str", part["text"])
        elif "fileData" in part:
            yield str(_message(part, "fileData").get("fileUri", ""))


def _extract(text: str) -> str:
    """Returns the beginning of the last paragraph: instructions tend to come first, their matter last."""
    words = text.strip().split("\n\n")[-1].split()
    return " ".join(words[:_WORDS_OF_EXTRACT]) + ("…" if len(words) > _WORDS_OF_EXTRACT else "")


def _quotes(text: str) -> Sequence[str]:
    """Returns the sentences of the extract."""
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", _extract(text)) if sentence]


def _message(parent: Message, name: str) -> Message:
    return cast("Message", parent.get(name, {}))


def _messages(parent: Message, name: str) -> Sequence[Message]:
    return cast("Sequence[Message]", parent.get(name, ()))
