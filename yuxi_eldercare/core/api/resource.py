"""A kind of record that can be read: a paged list with filters, and one record by its external key."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db.models import Count, QuerySet, Window
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from yuxi_eldercare.core.models import User

from .access import Guarded
from .attached import Branch, attach
from .errors import no_such
from .fields import Table
from .filters import Filters, chosen_includes, refuse_mistyped
from .paging import Pages, Span
from .schema import ResourceSchema

Rows = dict[int, dict[str, Any]]
"""JSON of records by primary key, in their order."""
Rest = dict[int, Sequence[Any]]
"""The values of `Resource.more`, by primary key."""


class Resource(Guarded, GenericViewSet[Any]):
    """Subclasses name the table, the filters, the order, and what hangs on each record.

    A list costs one statement for the page with its total, one for everything attached, and what a subclass
    reads in `complete`.
    """

    title: ClassVar[str | Promise] = ""
    notes: ClassVar[str | Promise] = ""
    table: ClassVar[Table]
    more: ClassVar[tuple[Any, ...]] = ()
    order: ClassVar[tuple[str, ...]] = ("position", "key")
    includes: ClassVar[tuple[str, ...]] = ()
    filterset_class: type[Filters]
    lookup_field = "key"
    lookup_value_regex = "[^/]+"
    pagination_class = Pages
    metadata_class = None
    schema = ResourceSchema()
    asked: frozenset[str] = frozenset()

    def list(self, request: Request) -> Response:
        """One page of the records that meet the parameters."""
        pages = self.pagination_class()
        known = {*self.filterset_class.base_filters, pages.page_query_param, pages.page_size_query_param}
        self._read_includes(request, known)
        span = pages.span(request)
        asked = self.filterset_class(request.query_params, self.get_queryset(), request=request)
        found = asked.found()
        self.narrow(asked.form.cleaned_data)
        total, rows = self.page(found, span)
        if not rows:
            asked.refuse_unknown()
            if span.number > 1:
                raise NotFound(_("没有第%(number)s页。") % {"number": span.number})
        return Response(pages.envelope(request, span, total, [*rows.values()]))

    def retrieve(self, request: Request, **where: str) -> Response:
        """One record by its key; withdrawn ones too."""
        self._read_includes(request, set())
        key = where[self.lookup_url_kwarg or self.lookup_field]
        # No key holds a NUL, and PostgreSQL refuses to look for one.
        chosen = self.get_queryset().none() if "\0" in key else self.of_key(self.get_queryset(), key)
        _total, rows = self.page(chosen, Span(1, 1))
        if not rows:
            raise no_such(self.title, key)
        return Response(next(iter(rows.values())))

    def get_queryset(self) -> QuerySet[Any]:
        """All records in the order of the list."""
        return super().get_queryset().order_by(*self.order)

    @property
    def caller(self) -> User:
        """Who asks."""
        return self.request.user  # type: ignore[return-value]

    def get_serializer_class(self) -> Any:
        """Only the schema asks for it."""
        return self.table.serializer

    def of_key(self, queryset: QuerySet[Any], key: str) -> QuerySet[Any]:
        """The record with this external key."""
        return queryset.filter(**{self.lookup_field: key})

    def narrow(self, asked: dict[str, Any]) -> None:
        """Look at the parameters of a list before it is read; most resources need nothing here."""

    def page(self, queryset: QuerySet[Any], span: Span) -> tuple[int, Rows]:
        """How many records there are, and those of the page. The count comes with the rows."""
        total: int = 0
        rows: Rows = {}
        rest: Rest = {}
        chosen = queryset.annotate(row_total=Window(Count("*")))
        source = chosen.values_list(*self.table.columns, "pk", "row_total", *self.more)[span.rows]
        for made, (key, total, *more) in self.table.shaped(source):  # noqa: B007
            rows[key], rest[key] = made, more
        self.complete(rows, rest)
        return total, rows

    def complete(self, rows: Rows, rest: Rest) -> None:
        """Fill in what is not a column; `rest` holds the values of `more`."""
        attach(rows, self.branches())

    def branches(self) -> Collection[Branch]:
        """The short lists that hang on each record."""
        return ()

    def _read_includes(self, request: Request, known: set[str]) -> None:
        refuse_mistyped(request, known | ({"include"} if self.includes else set()))
        self.asked = chosen_includes(request, self.includes)
