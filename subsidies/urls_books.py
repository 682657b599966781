"""Pages of subsidies about the books: budget lines, balances, journals, totals."""

from django.urls import path

from .views import books

urlpatterns = [
    path("subsidies/books/", books.book_list, name="subsidy-books"),
    path("subsidies/books/export.<str:form>", books.book_export, name="subsidy-books-export"),
    path("subsidies/books/new/", books.book_new, name="subsidy-book-new"),
    path("subsidies/books/totals/", books.book_totals_page, name="subsidy-book-totals"),
    path(
        "subsidies/books/totals/export.<str:form>",
        books.book_totals_export,
        name="subsidy-book-totals-export",
    ),
    path("subsidies/books/<int:pk>/", books.book, name="subsidy-book"),
]
