"""The problem: which chains, projects, links and exchanges are best for a park.

Its blocks in order. Each brings what it gives, takes and needs; the balance of every actor and
resource is closed once. Equations and sources stand in the blocks.
"""

import gc

import pyomo.environ as pyo

from symbiosis_models.asked import add_asked, add_more
from symbiosis_models.balance import Balance
from symbiosis_models.chains import add_chains
from symbiosis_models.exchanges import add_exchanges, add_markets, add_substitute_limits
from symbiosis_models.heat_cascade import add_heat_cascade
from symbiosis_models.heat_links import add_heat_links
from symbiosis_models.links import add_links
from symbiosis_models.money import add_money, add_objective
from symbiosis_models.problem import Problem
from symbiosis_models.projects import add_projects
from symbiosis_models.pumping import add_pumping
from symbiosis_models.quality import add_quality
from symbiosis_models.units import add_units


def build_chain_selection(problem: Problem) -> pyo.ConcreteModel:
    """Chains, projects, links and exchanges that are worth most within land, money and markets.

    Raises:
        InfeasibleError: if something an actor gives can go nowhere, or comes from nowhere.
    """
    collecting = gc.isenabled()
    gc.disable()  # the many small objects of a model live until it is solved
    try:
        model = pyo.ConcreteModel(name="chain_selection")
        balance = Balance(problem)

        add_projects(model, problem)
        add_units(model, problem, balance)
        add_exchanges(model, problem, balance)
        add_markets(model, problem, balance)
        add_links(model, problem)
        add_pumping(model, problem, balance)
        add_heat_links(model, problem, balance)
        add_heat_cascade(model, problem, balance)
        add_substitute_limits(model, problem, balance)
        add_more(model, problem, balance)
        balance.close(model)
        add_quality(model, problem)
        add_chains(model, problem, balance)
        add_money(model, problem)
        add_objective(model, problem)
        add_asked(model, problem)
        return model
    finally:
        if collecting:
            gc.enable()
