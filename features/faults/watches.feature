@needs_faults
Feature: Watches that end

  A watch ends when its server goes away, and expires when the server has forgotten what comes next. Who watches has to
  begin again: from where they stopped after the one, with a new list after the other.

  Background:
    Given a user Dana
    And Dana has the role "edit"

  Scenario: A watch is dropped
    When Dana watches "configmaps"
    And all watches of "configmaps" are dropped
    Then the watch has ended

  Scenario: A watch expires
    When Dana watches "configmaps"
    And all watches of "configmaps" expire
    Then the watch has expired

  Scenario: A history that is forgotten cannot be watched
    Given Dana has listed "configmaps"
    When Dana creates the config map "one"
    And Dana creates the config map "two"
    And the cluster forgets its history
    And Dana watches "configmaps" from where they stopped
    Then the watch has expired
