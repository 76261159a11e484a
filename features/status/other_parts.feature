@needs_operator_control
Feature: The other parts of the status

  Beside sessions the operator tells how many people use it, which targets are copied, which sessions span several
  clusters, and which queues are split for whom. What is not there is not printed.

  Rule: All of it in its order

    @needs_clock_control @req-STAT-012
    Scenario: An operator that has all of it
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the command succeeds
      And the output is
        """

        Operator version: 3.187.0
        Operator default namespace: default
        Operator License
            name: mirrord for Teams
            organization: Example
            expire at: 31-Dec-2099

        Active Copy Targets:
        +-----------------------------------+-----------+------------------------+-------------+
        | Original Target                   | Namespace | Copy Pod Name          | Scale Down? |
        +-----------------------------------+-----------+------------------------+-------------+
        | deployment/checkout/container/web | shop      | mirrord-copy-job-7xkzq | *           |
        +-----------------------------------+-----------+------------------------+-------------+
        | cronjob/nightly                   | batch     | mirrord-copy-job-p9wmr |             |
        +-----------------------------------+-----------+------------------------+-------------+

        Operator Daily Users: 12
        Operator Monthly Users: 45
        Operator Nonhuman (CI/Preview) Concurrent Sessions:
          CI Sessions: 2
          Preview Environment Sessions: 1

        +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
        | Session ID       | Target                      | Namespace | User                                                          | Ports | Session Duration |
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
        | C527FE7D9C30979E | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local |       | 13s              |
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
        | 487F4F2B6D2376AD | deployment/checkout         | shop      | Dana Levi/dana@metalbear.co@danas-thinkpad                    |       | 4s               |
        +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+

        Multi-Cluster Sessions:
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+
        | Session ID          | Target              | Namespace | User                                       | Clusters         | Phase | Session Duration |
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+
        | mc-5f3a91c27be0d846 | deployment/checkout | shop      | Dana Levi/dana@metalbear.co@danas-thinkpad | eu-west, us-east | Ready | 1h 2m 5s         |
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+

        SQS Queue for deployment/ip-visit-counter/container/main
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | Session ID       | Queue ID | User                                                          | Original Name | Output Name         | Filter                   |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | invoices | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Invoices      | mirrord-a1-Invoices | jq:.body.tenant == "Avi" |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | orders   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Orders        | mirrord-a1-Orders   | region:^eu-              |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | orders   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Orders        | mirrord-a1-Orders   | tenant:^Avi              |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | Session ID       | Topic Name                      | User                                       | Client Config | Type     |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | 487F4F2B6D2376AD | mirrord-tmp-1234-fallback-views | Dana Levi/dana@metalbear.co@danas-thinkpad | base-config   | Fallback |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | 487F4F2B6D2376AD | mirrord-tmp-1234567890-views    | Dana Levi/dana@metalbear.co@danas-thinkpad | base-config   | Filtered |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        """

  Rule: Statistics

    @req-STAT-013
    Scenario: Users, and sessions that no human started
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        Operator Daily Users: 12
        Operator Monthly Users: 45
        Operator Nonhuman (CI/Preview) Concurrent Sessions:
          CI Sessions: 2
          Preview Environment Sessions: 1

        """

    @req-STAT-014
    Scenario: Users are counted by day and by month
      Given the world "visit-counter"
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        Operator Daily Users: 2
        Operator Monthly Users: 2
        """

    @needs_clock_control @req-STAT-014
    Scenario: Tomorrow they count for the month only, and after thirty days for neither
      Given the world "visit-counter"
      And Aviram runs mirrord on "deployment/ip-visit-counter"
      When 1 day passes
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana runs "mirrord operator status"
      Then the output contains
        """
        Operator Daily Users: 1
        Operator Monthly Users: 2
        """
      When 30 days pass
      And Dana runs "mirrord operator status"
      Then the output contains
        """
        Operator Daily Users: 0
        Operator Monthly Users: 0
        """

    @req-STAT-015
    Scenario: Sessions of pipelines are counted
      Given the world "visit-counter"
      And Aviram runs mirrord on "deployment/ip-visit-counter" in a pipeline of "github"
      When Aviram runs "mirrord operator status"
      Then the output contains "  CI Sessions: 1"

  Rule: Copied targets

    @req-STAT-016
    Scenario: None
      Given the world "visit-counter"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        No active copy targets.

        """

    @req-STAT-016
    Scenario: Some
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        Active Copy Targets:
        +-----------------------------------+-----------+------------------------+-------------+
        | Original Target                   | Namespace | Copy Pod Name          | Scale Down? |
        +-----------------------------------+-----------+------------------------+-------------+
        | deployment/checkout/container/web | shop      | mirrord-copy-job-7xkzq | *           |
        +-----------------------------------+-----------+------------------------+-------------+
        | cronjob/nightly                   | batch     | mirrord-copy-job-p9wmr |             |
        +-----------------------------------+-----------+------------------------+-------------+
        """

  Rule: Sessions in several clusters

    @req-STAT-017
    Scenario: They have a table of their own
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        Multi-Cluster Sessions:
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+
        | Session ID          | Target              | Namespace | User                                       | Clusters         | Phase | Session Duration |
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+
        | mc-5f3a91c27be0d846 | deployment/checkout | shop      | Dana Levi/dana@metalbear.co@danas-thinkpad | eu-west, us-east | Ready | 1h 2m 5s         |
        +---------------------+---------------------+-----------+--------------------------------------------+------------------+-------+------------------+

        """

    @req-STAT-017
    Scenario: Without any there is none
      Given the world "visit-counter"
      When Aviram runs "mirrord operator status"
      Then the output does not contain "Multi-Cluster"

  Rule: Split queues

    @req-STAT-018
    Scenario: SQS, a row for each filter
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        SQS Queue for deployment/ip-visit-counter/container/main
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | Session ID       | Queue ID | User                                                          | Original Name | Output Name         | Filter                   |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | invoices | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Invoices      | mirrord-a1-Invoices | jq:.body.tenant == "Avi" |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | orders   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Orders        | mirrord-a1-Orders   | region:^eu-              |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        | C527FE7D9C30979E | orders   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Orders        | mirrord-a1-Orders   | tenant:^Avi              |
        +------------------+----------+---------------------------------------------------------------+---------------+---------------------+--------------------------+
        """

    @req-STAT-019
    Scenario: Kafka
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output contains
        """
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | Session ID       | Topic Name                      | User                                       | Client Config | Type     |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | 487F4F2B6D2376AD | mirrord-tmp-1234-fallback-views | Dana Levi/dana@metalbear.co@danas-thinkpad | base-config   | Fallback |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        | 487F4F2B6D2376AD | mirrord-tmp-1234567890-views    | Dana Levi/dana@metalbear.co@danas-thinkpad | base-config   | Filtered |
        +------------------+---------------------------------+--------------------------------------------+---------------+----------+
        """

  Rule: Previews are not sessions of people

    @req-STAT-020
    Scenario: They are hidden where they stand among the sessions
      Given the world "everything"
      When Aviram runs "mirrord operator status"
      Then the output does not contain "preview-env"
      And the output does not contain "6a0e5a4e"
      When Aviram runs "mirrord session ls -A"
      Then the output does not contain "6a0e5a4e"

    @req-STAT-020
    Scenario: And where they have a list of their own
      Given the world "everything"
      And the operator is of version "3.192.0"
      When Aviram runs "mirrord operator status"
      Then the output does not contain "6a0e5a4e"
      And the output contains "  Preview Environment Sessions: 1"

    @req-STAT-020
    Scenario: Ending all sessions leaves them
      Given the world "everything"
      When Aviram runs "mirrord operator session kill-all"
      And Aviram runs "mirrord operator status"
      Then the output contains "  Preview Environment Sessions: 1"
