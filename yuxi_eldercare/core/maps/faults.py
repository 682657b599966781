"""What can be wrong with a file of outlines, one code per kind; the words for people stand with the form."""

from enum import StrEnum


class Fault(StrEnum):
    """A kind of wrong file. Details name the feature (1-based), the place, a limit or what was found instead."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_COLLECTION = "not_collection"
    WRONG_CRS = "wrong_crs"
    NOT_FEATURE = "not_feature"
    NO_ADCODE = "no_adcode"
    NO_NAME = "no_name"
    UNKNOWN_PLACE = "unknown_place"
    WRONG_NAME = "wrong_name"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    NOT_POLYGON = "not_polygon"
    BAD_POSITION = "bad_position"
    PROJECTED = "projected"
    SWAPPED = "swapped"
    OUT_OF_BOUNDS = "out_of_bounds"
    RING_SHORT = "ring_short"
    RING_OPEN = "ring_open"
    RING_FLAT = "ring_flat"
    RING_CROSSES = "ring_crosses"
    TOO_MANY_POINTS = "too_many_points"
    TOO_SMALL = "too_small"


class MapFault(ValueError):
    """The file is not accepted: the kind of fault and where it is."""

    def __init__(self, fault: Fault, **details: object) -> None:
        super().__init__(f"{fault}: {details}")
        self.fault, self.details = fault, details
