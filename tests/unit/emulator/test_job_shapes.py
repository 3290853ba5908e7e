"""The tables of fields against Google's own descriptors, and how a caller's JSON is read with them."""

from __future__ import annotations

import pytest
from google.cloud.aiplatform_v1.types import batch_prediction_job, prediction_service

from gembatch.emulator.jobs.content_shape import GENERATE_CONTENT_REQUEST
from gembatch.emulator.jobs.job_shape import JOB
from gembatch.emulator.jobs.wire import MapOf, Message, Repeated, Scalar, ShapeError, read_message, snake_case

_SCALARS = {
    "TYPE_STRING": Scalar.STRING,
    "TYPE_BYTES": Scalar.STRING,
    "TYPE_BOOL": Scalar.BOOL,
    "TYPE_INT32": Scalar.INT32,
    "TYPE_INT64": Scalar.INT64,
    "TYPE_FLOAT": Scalar.DOUBLE,
    "TYPE_DOUBLE": Scalar.DOUBLE,
    "TYPE_ENUM": Scalar.ENUM,
}
_WELL_KNOWN = {"google.protobuf.Timestamp": Scalar.STRING, "google.protobuf.Value": Scalar.VALUE}


def _check(shape, descriptor):
    """Walks both at once; stops where our table says that it does not look inside."""
    if shape is Scalar.STRUCT:
        return
    assert isinstance(shape, Message)
    assert descriptor.full_name == shape.name
    assert {field.json_name for field in descriptor.fields} == set(shape.fields)
    for field in descriptor.fields:
        assert field.name == snake_case(field.json_name)
        _check_field(shape.fields[field.json_name], field)
    real_oneofs = {oneof.name: tuple(field.json_name for field in oneof.fields) for oneof in descriptor.oneofs}
    assert {name: names for name, names in real_oneofs.items() if len(names) > 1} == dict(shape.oneofs)


def _check_field(shape, field):
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        assert MapOf(Scalar.STRING) == shape
        return
    if field.is_repeated:
        assert isinstance(shape, Repeated)
        shape = shape.item
    if message is None:
        assert _SCALARS[_type_name(field)] is shape
    elif message.full_name in _WELL_KNOWN:
        assert _WELL_KNOWN[message.full_name] is shape
    else:
        _check(shape, message)


def _type_name(field):
    kinds = {name: getattr(field, name) for name in dir(field) if name.startswith("TYPE_")}
    return next(name for name, number in kinds.items() if number == field.type)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (JOB, batch_prediction_job.BatchPredictionJob),
        (GENERATE_CONTENT_REQUEST, prediction_service.GenerateContentRequest),
    ],
)
def test_the_fields_are_those_of_googles_descriptor(shape, message):
    _check(shape, message.pb(message()).DESCRIPTOR)


_THING = Message(
    "test.Thing",
    {
        "displayName": Scalar.STRING,
        "isOn": Scalar.BOOL,
        "count": Scalar.INT32,
        "bigCount": Scalar.INT64,
        "share": Scalar.DOUBLE,
        "anything": Scalar.VALUE,
        "labels": MapOf(Scalar.STRING),
        "uris": Repeated(Scalar.STRING),
        "left": Message("test.Left", {"a": Scalar.STRING}),
        "right": Message("test.Right", {"a": Scalar.STRING}),
        "name": Scalar.STRING,
    },
    oneofs={"side": ("left", "right")},
    output_only=frozenset({"name"}),
)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, {}),
        ({"displayName": "a"}, {"displayName": "a"}),
        ({"display_name": "a"}, {"displayName": "a"}),
        ({"displayName": ""}, {}),
        ({"displayName": None}, {}),
        ({"name": "mine"}, {}),
        ({"name": 5}, {}),
        ({"isOn": False}, {}),
        ({"isOn": True}, {"isOn": True}),
        ({"count": 0}, {}),
        ({"count": "7"}, {"count": 7}),
        ({"count": 7.0}, {"count": 7}),
        ({"bigCount": 7}, {"bigCount": "7"}),
        ({"bigCount": "0"}, {}),
        ({"bigCount": str(2**63 - 1)}, {"bigCount": str(2**63 - 1)}),
        ({"share": 1}, {"share": 1.0}),
        ({"anything": [1, {"a": None}]}, {"anything": [1, {"a": None}]}),
        ({"labels": {"a": ""}}, {"labels": {"a": ""}}),
        ({"uris": "gs://a/b"}, {"uris": ["gs://a/b"]}),
        ({"uris": ["gs://a/b"]}, {"uris": ["gs://a/b"]}),
        ({"uris": []}, {}),
        ({"left": {}}, {"left": {}}),
    ],
)
def test_a_message_is_read_into_its_canonical_form(sent, read):
    assert read == read_message(_THING, sent)


@pytest.mark.parametrize(
    ("sent", "violation"),
    [
        ({"x": 1}, "Unknown name \"x\" at 'thing': Cannot find field."),
        ({"left": {"b": 1}}, "Unknown name \"b\" at 'thing.left': Cannot find field."),
        ({"displayName": 5}, "Invalid value at 'thing.display_name' (TYPE_STRING), 5"),
        ({"displayName": "\ud800"}, "Invalid value at 'thing.display_name' (TYPE_STRING), \"\\ud800\""),
        ({"isOn": 1}, "Invalid value at 'thing.is_on' (TYPE_BOOL), 1"),
        ({"count": True}, "Invalid value at 'thing.count' (TYPE_INT32), true"),
        ({"count": 2**31}, "Invalid value at 'thing.count' (TYPE_INT32), 2147483648"),
        ({"count": 1.5}, "Invalid value at 'thing.count' (TYPE_INT32), 1.5"),
        ({"bigCount": "x"}, "Invalid value at 'thing.big_count' (TYPE_INT64), \"x\""),
        ({"bigCount": [1]}, "Invalid value at 'thing.big_count' (TYPE_INT64), [1]"),
        ({"share": "NaN"}, "Invalid value at 'thing.share' (TYPE_DOUBLE), \"NaN\""),
        (
            {"anything": [float("nan")]},
            "Invalid value at 'thing.anything' (type.googleapis.com/google.protobuf.Value), [NaN]",
        ),
        ({"labels": ["a"]}, "Invalid value at 'thing.labels' (map), [\"a\"]"),
        ({"labels": {"a": 1}}, "Invalid value at 'thing.labels[\"a\"]' (TYPE_STRING), 1"),
        ({"uris": ["a", 2]}, "Invalid value at 'thing.uris[1]' (TYPE_STRING), 2"),
        ({"left": "a"}, "Invalid value at 'thing.left' (type.googleapis.com/test.Left), \"a\""),
        (
            {"left": {"a": "1"}, "right": {}},
            "Invalid value at 'thing' (oneof), oneof field 'side' is already set. Cannot set 'right' beside 'left'",
        ),
        ({"displayName": ["x" * 200]}, "Invalid value at 'thing.display_name' (TYPE_STRING), [\"" + "x" * 98 + "..."),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(sent, violation):
    with pytest.raises(ShapeError) as caught:
        read_message(_THING, sent, "thing")

    assert (violation,) == caught.value.violations


def test_everything_that_does_not_fit_is_named_at_once():
    with pytest.raises(ShapeError) as caught:
        read_message(_THING, {"x": 1, "count": "a", "y": 2})

    assert (
        'Unknown name "x": Cannot find field.',
        "Invalid value at 'count' (TYPE_INT32), \"a\"",
        'Unknown name "y": Cannot find field.',
    ) == caught.value.violations
