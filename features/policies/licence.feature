@needs_operator_control
Feature: The license: seats, and the server that counts them

  A seat is taken by whoever starts a session, and kept until the month is over. A license of the Teams tier is strict; one
  of the Enterprise tier may be overdrawn unless the operator is told otherwise.

  Background:
    Given the world "visit-counter"
    And seats are counted by Kubernetes user

  Rule: When no seat is left, new users are refused

    @req-SEAT-001
    Scenario: Teams
      Given the license is of the tier "teams"
      And the license has 1 seat
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to run mirrord on "deployment/ip-visit-counter"
      Then it is refused because of "MaxSeatCountReached"
      And there is 1 session
      And Aviram is still connected

    @req-SEAT-002
    Scenario: Who has a seat may start more sessions
      Given the license is of the tier "teams"
      And the license has 1 seat
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When Aviram runs mirrord on "deployment/ip-visit-counter"
      Then there are 2 sessions

    @needs_clock_control @req-SEAT-003
    Scenario: A seat is not given back when a session ends, but when the month does
      Given the license is of the tier "teams"
      And the license has 1 seat
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram stops mirrord
      When 1 hour passes
      And Dana tries to run mirrord on "deployment/ip-visit-counter"
      Then it is refused because of "MaxSeatCountReached"
      When 31 days pass
      And Dana runs mirrord on "deployment/ip-visit-counter"
      Then there is 1 session

    @req-SEAT-004
    Scenario: Enterprise, which may be overdrawn
      Given the license has 1 seat
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When Dana runs mirrord on "deployment/ip-visit-counter"
      Then there are 2 sessions

    @req-SEAT-004
    Scenario: Enterprise, when that is not allowed
      Given the license has 1 seat
      And the operator's values are
        """
        license.allowSeatOverages: false
        """
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to run mirrord on "deployment/ip-visit-counter"
      Then it is refused because of "MaxSeatCountReached"

  Rule: The license server has to be reached every hour

    @needs_clock_control @req-SEAT-005
    Scenario: After an hour without it nobody can start, and who runs goes on
      Given Aviram runs mirrord on "deployment/ip-visit-counter"
      When the operator has not reached its license server for 59 minutes
      And Dana runs mirrord on "deployment/ip-visit-counter"
      Then there are 2 sessions
      When 2 minutes pass
      And Dana tries to run mirrord on "deployment/ip-visit-counter"
      Then it is refused with the code 403 and the reason "Forbidden"
      And Aviram is still connected

  Rule: A license ends

    @needs_clock_control @req-SEAT-006
    Scenario: The last day counts; sessions that run go on
      Given it is assumed of the operator that
        """
        expired_license_blocks: true
        """
      And the license ends on "2026-03-05"
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When 1 day passes
      And Dana tries to run mirrord on "deployment/ip-visit-counter"
      Then it is refused because of "license"
      And Aviram is still connected

    @needs_clock_control @req-SEAT-006
    Scenario: By default its end is left to the client, which looks at the date
      Given the license ends on "2026-03-05"
      When 1 day passes
      And Dana runs mirrord on "deployment/ip-visit-counter"
      Then there is 1 session
      When Dana runs "mirrord operator status"
      Then the output contains "    expire at:  5-Mar-2026"
