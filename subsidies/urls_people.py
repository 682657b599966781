"""Pages of subsidies about households, trainees, the lottery fund, and the lists behind what they count."""

from django.urls import path

from .views import households, lottery, people_counted, people_import, trainees

urlpatterns = [
    path("subsidies/households/", households.household_list, name="subsidy-households"),
    path(
        "subsidies/households/export.<str:form>", households.household_export, name="subsidy-household-export"
    ),
    path("subsidies/households/new/", households.household_new, name="subsidy-household-new"),
    path("subsidies/households/<int:pk>/", households.household, name="subsidy-household"),
    path(
        "subsidies/households/<int:pk>/change/", households.household_change, name="subsidy-household-change"
    ),
    path(
        "subsidies/households/<int:pk>/accept/", households.household_accept, name="subsidy-household-accept"
    ),
    path(
        "subsidies/households/<int:pk>/withdraw/",
        households.household_withdraw,
        name="subsidy-household-withdraw",
    ),
    path(
        "subsidies/households/<int:pk>/reveal/", households.household_reveal, name="subsidy-household-reveal"
    ),
    path("subsidies/trainees/", trainees.trainee_list, name="subsidy-trainees"),
    path("subsidies/trainees/export.<str:form>", trainees.trainee_export, name="subsidy-trainee-export"),
    path("subsidies/trainees/new/", trainees.trainee_new, name="subsidy-trainee-new"),
    path("subsidies/trainees/<int:pk>/", trainees.trainee, name="subsidy-trainee"),
    path("subsidies/trainees/<int:pk>/change/", trainees.trainee_change, name="subsidy-trainee-change"),
    path("subsidies/trainees/<int:pk>/withdraw/", trainees.trainee_withdraw, name="subsidy-trainee-withdraw"),
    path("subsidies/trainees/<int:pk>/reveal/", trainees.trainee_reveal, name="subsidy-trainee-reveal"),
    path("subsidies/people/<str:ledger>/import/", people_import.people_import, name="subsidy-people-import"),
    path(
        "subsidies/people/<str:ledger>/template.<str:form>",
        people_import.people_template,
        name="subsidy-people-template",
    ),
    path("subsidies/lottery/", lottery.lottery_page, name="subsidy-lottery"),
    path("subsidies/lottery/figure/", lottery.lottery_figure, name="subsidy-lottery-figure"),
    path("subsidies/lottery/choose/", lottery.lottery_choose, name="subsidy-lottery-choose"),
    path(
        "subsidies/counted/<str:indicator>/<str:region>/<str:end>/",
        people_counted.counted,
        name="subsidy-counted",
    ),
    path(
        "subsidies/counted/<str:indicator>/<str:region>/<str:end>/list.<str:form>",
        people_counted.counted_export,
        name="subsidy-counted-export",
    ),
]
